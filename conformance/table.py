"""Results as text: aligned for the terminal, Markdown for the documents."""

from tools.interpreter import ROOT

CONFORMANCE = ROOT / "docs" / "conformance.md"


def markdown(header, rows):
    """A Markdown table whose columns are padded so that it also reads well as plain text."""
    cells = [list(map(str, row)) for row in (header, *rows)]
    widths = [max(map(len, column)) for column in zip(*cells)]
    cells.insert(1, ["-" * width for width in widths])
    rows = (" | ".join(cell.ljust(width) for cell, width in zip(row, widths)) for row in cells)
    return "".join(f"| {row} |\n" for row in rows)


def line(cells, widths):
    """One row of a table that is printed while it grows."""
    return "  ".join(str(cell).ljust(width) for cell, width in zip(cells, widths)).rstrip()


def write(name, text, path=CONFORMANCE):
    """Puts `text` between the marks of the block `name` in a document.

    Figures in a document come from a run through here, never from a hand.
    """
    begin, end = f"<!-- begin generated: {name} -->\n", f"<!-- end generated: {name} -->\n"
    before, found, rest = path.read_text().partition(begin)
    if not found or end not in rest:
        raise SystemExit(f"{path} has no block {name!r} to write to")
    path.write_text(before + begin + "\n" + text + "\n" + end + rest.partition(end)[2])
