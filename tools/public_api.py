"""The lists of what is public, in `docs/api`: each name with its signature, one per line.

`python -m tools.public_api` writes them; a test compares them with the code. So a change that
breaks users shows in its own diff. Python's list is read from the stubs and the sources, Rust's
from the pages that `cargo doc` makes.
"""

import ast
import html
import re
import subprocess

from .interpreter import ROOT

LISTS = ROOT / "docs" / "api"
PACKAGE = ROOT / "python" / "weakly"
RUST_PAGES = ROOT / "target" / "doc"

# Traits that no program on a stable compiler can name.
UNSTABLE = re.compile(r"\b(?:Freeze|UnsafeUnpin|Structural\w+) for ")

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def write():
    """Writes all lists."""
    (LISTS / "python.txt").write_text(as_text(python()))
    (LISTS / "rust.txt").write_text(as_text(rust()))
    (LISTS / "pyo3.txt").write_text(as_text(pyo3()))


def as_text(lines):
    """A list as it stands in its file."""
    return "\n".join(sorted(lines)) + "\n"


def read(name):
    """The lines of a list. Two changes that each add lines may leave them in any order."""
    return {*(LISTS / name).read_text().splitlines()}


def python():
    """What `weakly.__all__` names, and the public members of the classes."""
    return {line for _, _, line in python_items()}


def python_items():
    """For each public name, and each public member of it, its lines: name, member, line."""
    tree = parsed(PACKAGE / "__init__.py")
    sources = {
        (name.asname or name.name): (statement, name.name)
        for statement in ast.walk(tree)
        if isinstance(statement, ast.ImportFrom)
        for name in statement.names
    }
    for name in exported(tree):
        if name not in sources:
            yield name, None, f"weakly.{name} = {ast.unparse(assigned(tree, name).value)}"
            continue
        statement, original = sources[name]
        if statement.level == 0:
            yield name, None, f"weakly.{name} is {statement.module}.{original}"
            continue
        path = PACKAGE / statement.module.replace(".", "/")
        module = parsed(next(p for p in map(path.with_suffix, (".pyi", ".py")) if p.exists()))
        for member, line in described(module, original, f"weakly.{name}"):
            yield name, member, line


def parsed(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def exported(tree):
    """The names in `__all__`, also where it is put together from several lists."""
    return [
        each.value
        for each in ast.walk(assigned(tree, "__all__").value)
        if isinstance(each, ast.Constant)
    ]


def assigned(tree, name):
    """The statement of a module that assigns to a name."""
    for statement in tree.body:
        if isinstance(statement, ast.AnnAssign) and ast.unparse(statement.target) == name:
            return statement
        if isinstance(statement, ast.Assign) and name in map(ast.unparse, statement.targets):
            return statement
    raise LookupError(name)


def described(module, name, shown):
    """The lines of one name of a module."""
    found = [each for each in statements(module.body) if getattr(each, "name", None) == name]
    if not found:
        statement = assigned(module, name)
        annotation = getattr(statement, "annotation", None)
        yield None, f"{shown}: {ast.unparse(annotation)}" if annotation else f"{shown} = ..."
    for each in found:
        if isinstance(each, ast.ClassDef):
            bases = ", ".join(map(ast.unparse, each.bases))
            yield None, f"class {shown}({bases})" if bases else f"class {shown}"
            yield from members(module, each, shown)
        else:
            yield None, signature(each, shown)


def statements(body):
    """The statements of a body, with those under an `if` for versions."""
    for each in body:
        yield each
        if isinstance(each, ast.If):
            yield from statements([*each.body, *each.orelse])


def members(module, owner, shown, hidden=()):
    """The public members of a class, with those of the private bases it has in its module."""
    own = set()
    for each in statements(owner.body):
        if isinstance(each, FUNCTIONS):
            name, line = each.name, signature(each, f"{shown}.{each.name}")
        elif isinstance(each, ast.AnnAssign):
            name = ast.unparse(each.target)
            line = f"{shown}.{name}: {ast.unparse(each.annotation)}"
        else:
            continue
        own.add(name)
        if name not in hidden and (name.startswith("__") or not name.startswith("_")):
            yield name, line
    for base in owner.bases:
        name = ast.unparse(base).partition("[")[0]
        if name.startswith("_"):
            private = next(s for s in module.body if getattr(s, "name", None) == name)
            yield from members(module, private, shown, own | {*hidden})


def signature(function, shown):
    """A function as one line, without its body."""
    decorators = "".join(f"@{ast.unparse(each)} " for each in function.decorator_list)
    returns = f" -> {ast.unparse(function.returns)}" if function.returns else ""
    return f"{decorators}{shown}({ast.unparse(function.args)}){returns}"


def rust():
    """What the documentation of the crate shows: items, their methods, the traits they have."""
    return crate("weakly", "--all-features")


def pyo3():
    """The same of the crate for authors of extensions."""
    return crate("weakly-pyo3")


def crate(package, *features):
    """The lines of one crate."""
    command = ["cargo", "doc", "--quiet", "--no-deps", "-p", package, *features]
    subprocess.run(command, cwd=ROOT, check=True)
    name = package.replace("-", "_")
    folder = RUST_PAGES / name
    index = (folder / "all.html").read_text(encoding="utf-8")
    _, _, index = index.partition('id="main-content"')
    lines = set()
    for page, item in re.findall(r'<li><a href="([\w./]+\.html)">([\w:]+)</a></li>', index):
        lines.update(rust_item((folder / page).read_text(encoding="utf-8"), f"{name}::{item}"))
    return lines


def rust_item(page, name):
    """The lines of one page."""
    page, _, _ = page.partition('id="blanket-implementations-list"')
    declaration = re.search(
        r'<pre class="rust item-decl"><code>(.*?)</code></pre>', page, re.DOTALL
    )
    yield f"{name}: {plain(declaration[1])}"
    header = ""
    for level, code in re.findall(r'<h([34]) class="code-header">(.*?)</h\1>', page, re.DOTALL):
        if level == "3":
            header = plain(code)
            if not UNSTABLE.search(header):
                yield f"{name}: {header}"
        elif " for " not in header:  # a trait says itself which methods it has
            yield f"{name}: {header} {{ {plain(code)} }}"


def plain(code):
    """The text of a piece of a page, on one line."""
    code = code.replace('<div class="where">', " ")
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", code)).split())


if __name__ == "__main__":
    write()
