"""What the documentation site has beyond the pages in `docs`; `mkdocs.yml` names this file.

It makes the first page of the README, a page of each public name, and the changelog. Links that
leave `docs` lead to the repository.
"""

import os
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from mkdocs.structure.files import File, InclusionLevel  # noqa: E402

from tools import public_api, urls  # noqa: E402

DOCS = ROOT / "docs"
EXAMPLES = DOCS / "reference" / "examples.md"
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?P<before>\]\(|^\[[^\]]+\]: )(?P<target>[^)\s]+)", re.MULTILINE)
PYTHON_DOCS = "https://docs.python.org/3/library/weakref.html#weakref."

# Pages made of files that lie elsewhere.
ELSEWHERE = {"index.md": ROOT / "README.md", "changelog.md": ROOT / "CHANGELOG.md"}


def on_config(config):
    """The addresses come from `Cargo.toml`, and folders in the navigation become their pages."""
    config.site_url = urls.site() + "/"
    config.repo_url = urls.repository()
    config.repo_name = "weakly on GitHub"
    config.nav = [expanded(each) for each in config.nav]
    return config


def expanded(entry):
    """An entry of the navigation, with the pages of a folder in its place."""
    if isinstance(entry, dict):
        ((title, inside),) = entry.items()
        if isinstance(inside, list):
            inside = [page for each in inside for page in pages_of(each)]
        elif inside.endswith("/"):
            inside = pages_of(inside)
        return {title: inside}
    return entry


def pages_of(entry):
    """The pages of a folder, the overview first; any other entry alone."""
    if isinstance(entry, dict) or not entry.endswith("/"):
        return [entry]
    if entry == "reference/":
        return [f"reference/{name}.md" for name in ("index", *reference())]
    files = sorted(path.name for path in (DOCS / entry).glob("*.md"))
    files.sort(key=lambda name: name != "README.md")
    return [entry + name for name in files]


def on_files(files, config):
    """Adds the pages that are made here."""
    made = {page: path.read_text(encoding="utf-8") for page, path in ELSEWHERE.items()}
    made["reference/index.md"] = overview()
    for name, text in reference().items():
        made[f"reference/{name}.md"] = text
    for page, text in made.items():
        files.append(File.generated(config, page, content=text, inclusion=InclusionLevel.INCLUDED))
    return files


def on_page_markdown(markdown, page, config, files):
    """Leads links to where they are to be found on the site, or else in the repository."""
    uri = page.file.src_uri
    source = ELSEWHERE.get(uri, DOCS / uri)
    parts = re.split(f"({FENCED.pattern})", markdown, flags=FENCED.flags)
    parts[::2] = [
        LINK.sub(lambda link: link["before"] + led(link["target"], source, uri), text)
        for text in parts[::2]
    ]
    return "".join(parts)


def led(target, source, uri):
    """Where a link of one page leads."""
    path, mark, anchor = target.partition("#")
    if not path:
        return target
    if path.startswith("https://"):
        if path.rstrip("/") == urls.site() + "/reference":
            return relative("reference/index.md", uri) + mark + anchor
        file = urls.file_behind(path)
        if file is None:
            return target
    else:
        file = Path(os.path.normpath(source.parent / path))
    pages = {path: page for page, path in ELSEWHERE.items()}
    if file in pages:
        return relative(pages[file], uri) + mark + anchor
    if file.is_relative_to(DOCS) and file != DOCS / "README.md":
        return relative(file.relative_to(DOCS).as_posix(), uri) + mark + anchor
    kind = "tree" if file.is_dir() else "blob"
    return f"{urls.repository()}/{kind}/main/{file.relative_to(ROOT).as_posix()}{mark}{anchor}"


def relative(page, uri):
    """The way from one page to another."""
    return os.path.relpath(page, os.path.dirname(uri) or ".").replace(os.sep, "/")


def examples():
    """The example of each name: the sections of one document, which is tested."""
    _, *sections = re.split(
        r"^## `?(\w+)`?\n", EXAMPLES.read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    return dict(zip(sections[::2], (text.strip() for text in sections[1::2])))


def reference():
    """The page of each public name of the Python package, by name."""
    import weakly

    shown = examples()
    lines = {}
    for name, member, line in public_api.python_items():
        lines.setdefault(name, {}).setdefault(member, []).append(line)
    return {
        name: page_of(name, getattr(weakly, name), members, shown.get(name, ""))
        for name, members in lines.items()
    }


def page_of(name, value, members, example):
    """The page of one name: what it is, an example, its members."""
    head = members.pop(None)
    parts = [f"# {name}", signatures(name, head)]
    if head[0].startswith(f"weakly.{name} is "):
        parts.append(
            f"The interpreter's own object: see [Python's documentation]({PYTHON_DOCS}{name})."
        )
    elif callable(value):
        parts.append(described(value))
    parts += ["## Example", example] if example else []
    methods = [member for member in members if not member.startswith("_")]
    special = [member for member in members if member.startswith("_")]
    for title, group in (("Methods and attributes", methods), ("Special methods", special)):
        parts += [f"## {title}"] if group else []
        for member in group:
            shown = member.replace("__", r"\_\_")
            parts += [f"### {shown}", signatures(member, members[member])]
            text = described(getattr(value, member, None))
            parts += [text] if text else []
    return "\n\n".join(parts) + "\n"


def signatures(name, lines):
    """How a name is written in a program: its lines without the module."""
    lines = [re.sub(r"weakly\.(?:\w+\.)*(?=\w)", "", line) for line in lines]
    return "```python\n" + "\n".join(line.replace("=None", " = None") for line in lines) + "\n```"


def described(value):
    """The docstring, of which a paragraph of indented lines is a program."""
    import inspect

    return inspect.cleandoc(getattr(value, "__doc__", None) or "")


def overview():
    """The list of all names, each with the first sentence about it."""
    import weakly

    rows = []
    for name in reference():
        value = getattr(weakly, name)
        first = described(value).split("\n\n")[0].replace("\n", " ") if callable(value) else ""
        rows.append(f"| [`{name}`]({name}.md) | {first} |")
    return (
        "# Reference\n\nEverything that the module `weakly` has. [docs.rs](https://docs.rs/weakly) has "
        "the reference of the Rust crate.\n\n| name | |\n|---|---|\n" + "\n".join(rows) + "\n"
    )
