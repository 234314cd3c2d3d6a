"""Markdown: the tables of the generated pages, and blocks in pages that are written by hand."""

import html
import re


def table(labels, figures, rows):
    """A table. The columns ``labels`` say what a row is about, the columns ``figures`` hold numbers.

    No two rows have the same labels: where they would, a column is missing.
    """
    head = [*labels, *figures]
    seen = set()
    for row in rows:
        label = tuple(row[: len(labels)])
        if label in seen or len(row) != len(head):
            raise ValueError(f"not a row of its own: {row}")
        seen.add(label)
    lines = [head, ["---"] * len(labels) + ["--:"] * len(figures), *rows]
    return "".join(f"| {' | '.join(map(cell, line))} |\n" for line in lines)


def cell(text):
    """The text of a cell. GitHub wants a bar in code escaped, and the site shows the escape: so it
    becomes an entity, which is none within backticks."""
    return re.sub(
        r"`([^`]*\|[^`]*)`",
        lambda code: f"<code>{html.escape(code[1]).replace('|', '&#124;')}</code>",
        text,
    )


def replace_block(page, name, text):
    """A page with ``text`` in the place of its generated block of this name."""
    begin, end = f"<!-- begin generated: {name} -->\n", f"<!-- end generated: {name} -->\n"
    before, found, rest = page.partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise ValueError(f"no block {name!r} to write to")
    return f"{before}{begin}\n{text}\n{end}{after}"


def quotient(one, other):
    """One number divided by another, where both exist."""
    return f"{one / other:.2f}" if one and other else ""
