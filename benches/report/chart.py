"""Charts, drawn as SVG by hand: legible on a light and on a dark page, without a library."""

from html import escape
from math import log

STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #24292f }
  .title { font-size: 16px; font-weight: 600 }
  .note, .value, .axis { font-size: 11px; fill: #57606a }
  .grid { stroke: #d0d7de; stroke-width: 1 }
  .c0 { fill: #0969da } .c1 { fill: #bf8700 } .c2 { fill: #8c959f }
  .l0 { stroke: #0969da } .l1 { stroke: #bf8700 }
  .l0, .l1 { fill: none; stroke-width: 2 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .note, .value, .axis { fill: #9198a1 }
    .grid { stroke: #3d444d }
    .c0 { fill: #4493f8 } .c1 { fill: #d29922 } .c2 { fill: #6e7681 }
    .l0 { stroke: #4493f8 } .l1 { stroke: #d29922 }
  }
"""
WIDTH, LEFT, RIGHT = 860, 270, 60
BAR, GAP, HEAD = 12, 12, 74
LETTER = 7.6  # pixels at most, on average over a label


def svg(height, title, body):
    """A whole picture."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-label="{escape(title)}">\n<style>{STYLE}</style>\n' + "\n".join(body) + "\n</svg>\n"
    )


def text(x, y, words, kind="", anchor="start"):
    """A line of text."""
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}" text-anchor="{anchor}">{escape(words)}</text>'


def heading(title, note, names, left=LEFT):
    """Title, note and the legend of the contenders."""
    body = [text(12, 24, title, "title"), text(12, 42, note, "note")]
    x = left
    for number, name in enumerate(names):
        body.append(f'<rect x="{x}" y="52" width="12" height="12" rx="2" class="c{number}"/>')
        body.append(text(x + 17, 62, name))
        x += 32 + 8 * len(name)
    return body


def bars(title, note, names, rows, unit, limit=None):
    """Horizontal bars: ``rows`` are ``(label, [a number or None for each name])``.

    Bars longer than ``limit`` are cut there; the number beside them tells their length.
    """
    largest = max(value for _, values in rows for value in values if value is not None)
    limit = min(limit or largest, largest)
    left = round(max(LETTER * len(label) for label, _ in rows)) + 20
    scale = (WIDTH - left - RIGHT) / limit
    body = heading(title, note, names, left)
    y = HEAD
    for label, values in rows:
        block = BAR * len(values)
        body.append(text(left - 10, y + block / 2 + 4, label, anchor="end"))
        for number, value in enumerate(values):
            if value is None:
                continue
            top = y + BAR * number
            width = max(min(value, limit) * scale, 1)
            body.append(
                f'<rect x="{left}" y="{top}" width="{width:.1f}" height="{BAR - 2}" rx="2" '
                f'class="c{number}"/>'
            )
            cut = "… " if value > limit else ""
            body.append(text(left + width + 5, top + 9, f"{cut}{short(value)}{unit}", "value"))
        y += block + GAP
    return svg(y + 6, title, body)


def lines(title, note, names, panels):
    """Panels side by side, of lines over the number of entries; both axes are logarithmic.

    ``panels`` are ``(what, {name: {entries: nanoseconds}})``; all have one scale.
    """
    height, top, bottom, left, between = 330, HEAD + 34, 52, 64, 34
    width = (WIDTH - left - 20 - between * (len(panels) - 1)) / len(panels)
    series = [line for _, by_name in panels for line in by_name.values()]
    sizes = sorted({size for line in series for size in line})
    times = [time for line in series for time in line.values()]
    marks = [
        mark
        for decade in range(9)
        for mark in (10**decade, 2 * 10**decade, 5 * 10**decade)
        if min(times) / 2.5 <= mark <= max(times) * 2.5
    ]
    marks = [
        mark
        for mark, above, below in zip(marks, [*marks[1:], marks[-1]], [marks[0], *marks])
        if above > min(times) and below < max(times)
    ]

    def x_of(panel, size):
        return left + panel * (width + between) + width * share(size, sizes[0], sizes[-1])

    def y_of(time):
        return height - bottom - (height - top - bottom) * share(time, marks[0], marks[-1])

    body = heading(title, note, names)
    for panel, (what, by_name) in enumerate(panels):
        begin, end = x_of(panel, sizes[0]), x_of(panel, sizes[-1])
        body.append(text(begin, top - 12, what))
        for mark in marks:
            y = y_of(mark)
            body.append(
                f'<line x1="{begin:.1f}" x2="{end:.1f}" y1="{y:.1f}" y2="{y:.1f}" class="grid"/>'
            )
            if not panel:
                body.append(text(begin - 8, y + 4, f"{mark:,}", "axis", "end"))
        for size in sizes:
            if str(size)[0] == "1":
                middle = "start" if size == sizes[0] else "end" if size == sizes[-1] else "middle"
                body.append(
                    text(x_of(panel, size), height - bottom + 18, f"{size:,}", "axis", middle)
                )
        for number, name in enumerate(names):
            points = [
                (x_of(panel, size), y_of(time)) for size, time in sorted(by_name[name].items())
            ]
            path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
            body.append(f'<polyline points="{path}" class="l{number}"/>')
            body += [
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" class="c{number}"/>' for x, y in points
            ]
    body.append(text(WIDTH / 2, height - 10, "entries", "axis", "middle"))
    return svg(height, title, body)


def share(value, first, last):
    """Where a value lies between two, on a logarithmic scale: from 0 to 1."""
    return log(value / first) / log(last / first) if last > first else 0


def histogram(title, note, names, series, label):
    """Lines of ``series[name]``, a list of counts by power of two, on a logarithmic scale."""
    height, top, bottom = 380, HEAD + 10, 50
    used = [at for counts in series.values() for at, count in enumerate(counts) if count]
    first, last = min(used), max(used)
    largest = max(max(counts) for counts in series.values())
    decades = len(str(largest))
    step = (WIDTH - 80 - 20) / (last - first + 1)
    scale = (height - top - bottom) / decades
    body = heading(title, note, names)
    for decade in range(decades + 1):
        y = height - bottom - decade * scale
        body.append(f'<line x1="80" x2="{WIDTH - 20}" y1="{y:.1f}" y2="{y:.1f}" class="grid"/>')
        body.append(text(72, y + 4, f"{10**decade:,}", "axis", "end"))
    width = step / len(names) - 2
    for number, name in enumerate(names):
        for at, count in enumerate(series[name]):
            if not count:
                continue
            size = max((len(str(count)) - 1 + count / 10 ** len(str(count))) * scale, 3)
            x = 80 + (at - first) * step + number * (width + 1)
            body.append(
                f'<rect x="{x:.1f}" y="{height - bottom - size:.1f}" width="{width:.1f}" '
                f'height="{size:.1f}" class="c{number}"/>'
            )
    for at in range(first, last + 1, 2):
        body.append(
            text(80 + (at - first) * step, height - bottom + 18, duration(2**at / 2), "axis")
        )
    body.append(text(WIDTH / 2, height - 10, label, "axis", "middle"))
    return svg(height, title, body)


def duration(nanoseconds):
    """A duration in the unit that suits it."""
    for unit, size in (("s", 1e9), ("ms", 1e6), ("µs", 1e3)):
        if nanoseconds >= size:
            return f"{short(nanoseconds / size)} {unit}"
    return f"{short(nanoseconds)} ns"


def short(number):
    """A number with as many digits as a reader wants."""
    return f"{number:,.0f}" if number >= 20 else f"{number:.1f}" if number >= 2 else f"{number:.2f}"
