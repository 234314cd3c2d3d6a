"""The page about what finds a value that was made before."""

from .markdown import quotient, table

HEAD = """\
# Caches

The instructions of a hit, on {python}, beside what a program would use that holds its keys and values for ever. `get_or_create` is a method that takes a factory, and compares with one that takes none. [Examples](../reference/examples.md) show what each does beyond that.

"""


def cache_page(result):
    """The page."""
    rows = []
    for each in result["hits"]:
        ours, other = each["instructions"]["weakly"], each["instructions"]["other"]
        cells = [each["case"], f"`{each['ours']}`", f"`{each['others']}` ({each['other']})"]
        rows.append([*cells, str(ours), str(other), quotient(ours, other)])
    head = HEAD.format(python=f"Python {result['machine']['python']}")
    return head + table(
        ["case", "with weakly", "beside"], ["instructions", "beside", "quotient"], rows
    )
