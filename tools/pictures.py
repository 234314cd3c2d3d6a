"""The drawings of the documents: `python -m tools.pictures` writes `docs/pictures`.

Each takes the colours of the reader's scheme, light or dark.
"""

from .interpreter import ROOT

FOLDER = ROOT / "docs" / "pictures"

STYLE = """\
text { font: 14px system-ui, "Segoe UI", "DejaVu Sans", sans-serif; fill: #1f2328; }
.title { font-weight: 600; font-size: 15px; }
.note { fill: #57606a; font-size: 13px; }
.middle { text-anchor: middle; }
.back { fill: #ffffff; }
.box { fill: #ddf4ff; stroke: #0969da; stroke-width: 1.5; }
.object { fill: #dafbe1; stroke: #1a7f37; stroke-width: 1.5; }
.dead { fill: #ffebe9; stroke: #cf222e; stroke-width: 1.5; stroke-dasharray: 5 4; }
.frame { fill: none; stroke: #8c959f; }
.strong { stroke: #1f2328; stroke-width: 2; fill: none; }
.weak { stroke: #57606a; stroke-width: 1.5; stroke-dasharray: 5 4; fill: none; }
.head { fill: #1f2328; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; }
  .note { fill: #9da7b1; }
  .back { fill: #0d1117; }
  .box { fill: #0c2d6b; stroke: #58a6ff; }
  .object { fill: #0f3d1c; stroke: #3fb950; }
  .dead { fill: #5a1313; stroke: #ff7b72; }
  .frame { stroke: #6e7681; }
  .strong { stroke: #e6edf3; }
  .weak { stroke: #9da7b1; }
  .head { fill: #e6edf3; }
}
"""


def drawing(width, height, title, parts):
    """A whole picture."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" role="img">\n<title>{title}</title>\n'
        f"<style>\n{STYLE}</style>\n"
        '<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" '
        'markerHeight="7" orient="auto-start-reverse"><path class="head" d="M0 0 10 5 0 10z"/>'
        "</marker></defs>\n"
        f'<rect class="back" width="{width}" height="{height}" rx="8"/>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def text(x, y, words, kind=""):
    return f'<text x="{x}" y="{y}" class="{kind}">{words}</text>'


def box(x, y, width, height, kind, words=""):
    made = f'<rect class="{kind}" x="{x}" y="{y}" width="{width}" height="{height}" rx="6"/>'
    return made + text(x + width / 2, y + height / 2 + 5, words, "middle") if words else made


def arrow(kind, path):
    return f'<path class="{kind}" d="{path}" marker-end="url(#tip)"/>'


def death():
    """How a death empties a container: with a sweep, and without."""
    parts = [
        text(190 + at * 210 + 85, 30, words, "middle note")
        for at, words in enumerate(("three objects alive", "b dies", "some time later"))
    ]
    rows = (
        ("A sweep", "visits every entry", ("a b c", "a b! c", "a c"), (3, 3, 2)),
        ("weakly", "one entry leaves, O(1)", ("a b c", "a c", "a c"), (3, 2, 2)),
    )
    for row, (name, note, steps, lengths) in enumerate(rows):
        y = 50 + row * 130
        parts += [text(24, y + 40, name, "title"), text(24, y + 62, note, "note")]
        for step, (entries, length) in enumerate(zip(steps, lengths)):
            x = 190 + step * 210
            parts.append(box(x, y, 170, 84, "frame"))
            for at, entry in enumerate(entries.split()):
                kind = "dead" if entry.endswith("!") else "box"
                parts.append(box(x + 13 + at * 50, y + 12, 42, 34, kind, entry.strip("!")))
            parts.append(text(x + 85, y + 70, f"len() is {length}", "middle note"))
            if step:
                parts.append(arrow("strong", f"M{x - 34} {y + 42} H{x - 6}"))
    return drawing(820, 290, "How a death empties a container", parts)


def ephemeron():
    """A value that refers to its own key, in an ordinary weak dictionary and in an ephemeron."""
    parts = []
    sides = (
        (
            "A weak key: a leak",
            "strong",
            "The dictionary holds the value,",
            "the value holds the key.",
        ),
        (
            "An ephemeron: collected",
            "weak",
            "The value counts only while",
            "something else holds the key.",
        ),
    )
    for side, (name, kind, *notes) in enumerate(sides):
        x = 24 + side * 390
        dead = "dead" if side else "object"
        parts += [
            text(x, 34, name, "title"),
            box(x, 60, 110, 110, "box", "dictionary"),
            box(x + 230, 56, 110, 40, dead, "key"),
            box(x + 230, 134, 110, 40, dead, "value"),
            arrow("weak", f"M{x + 112} 76 H{x + 226}"),
            arrow(kind, f"M{x + 112} 154 H{x + 226}"),
            arrow("strong", f"M{x + 285} 132 V100"),
            text(x + 169, 68, "weak", "middle note"),
            text(x + 169, 146, "strong" if not side else "if the key lives", "middle note"),
            text(x, 204, notes[0], "note"),
            text(x, 224, notes[1], "note"),
        ]
    return drawing(810, 244, "A value that refers to its own key: leak or ephemeron", parts)


def pictures():
    """Each picture, by its file."""
    return {FOLDER / f"{each.__name__}.svg": each() for each in (death, ephemeron)}


def main():
    """Writes all pictures."""
    for path, content in pictures().items():
        path.write_text(content)


if __name__ == "__main__":
    main()
