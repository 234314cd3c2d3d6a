"""Results as text: aligned for the terminal, and as pages of the documents."""

from tools.interpreter import ROOT

PAGES = ROOT / "docs" / "conformance"


def markdown(header, rows):
    """A Markdown table with padded columns, which also reads well as plain text."""
    cells = [list(map(str, row)) for row in (header, *rows)]
    widths = [max(map(len, column)) for column in zip(*cells)]
    cells.insert(1, ["-" * width for width in widths])
    rows = (" | ".join(cell.ljust(width) for cell, width in zip(row, widths)) for row in cells)
    return "".join(f"| {row} |\n" for row in rows)


def line(cells, widths):
    """One row of a table that is printed row by row."""
    return "  ".join(str(cell).ljust(width) for cell, width in zip(cells, widths)).rstrip()


def write_page(name, title, program, header, rows):
    """Writes a page of results. No figure in the documents is written by hand."""
    about = (
        f"Written by `python -m conformance.{program} --write-docs`; "
        "[conformance](../conformance.md) says how to read it."
    )
    PAGES.mkdir(exist_ok=True)
    page = f"# {title}\n\n{about}\n\n{markdown(header, rows)}"
    (PAGES / f"{name}.md").write_text(page)
