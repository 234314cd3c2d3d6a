"""The addresses of the repository and of the documentation, which one line of `Cargo.toml` decides.

READMEs are shown on PyPI and crates.io and the guide on docs.rs, so their links that leave them are
absolute. `python -m tools.urls` writes
the organisation of that line into all of them.
"""

import re

from .interpreter import ROOT

FILES = (
    *("README.md", "crates/weakly/README.md", "crates/weakly-pyo3/README.md"),
    *("docs/extensions.md", "docs/guide/ephemerons.md", "docs/guide/migrating.md"),
    *("pyproject.toml", "Cargo.toml"),
)
ADDRESS = re.compile(
    r"(?P<before>https://(?:raw\.githubusercontent|github)\.com/)[\w-]+(?P<after>/weakly)\b"
    r"|(?P<before_site>https://)[\w-]+(?P<after_site>\.github\.io/weakly)\b"
)


def organisation():
    """Who owns the repository."""
    (name,) = re.findall(
        r'^repository = "https://github\.com/([\w-]+)/weakly"$',
        (ROOT / "Cargo.toml").read_text(),
        re.MULTILINE,
    )
    return name


def repository():
    """Where the repository is."""
    return f"https://github.com/{organisation()}/weakly"


def site():
    """Where the documentation is."""
    return f"https://{organisation()}.github.io/weakly"


def file_behind(address):
    """The file of the repository that an address of ours shows; None for other addresses."""
    for begin in (
        f"{repository()}/blob/main/",
        f"https://raw.githubusercontent.com/{organisation()}/weakly/main/",
    ):
        if address.startswith(begin):
            return ROOT / address[len(begin) :]
    if address.startswith(f"{site()}/reference/"):
        return ROOT / "python" / "weakly" / "__init__.py"  # made of the names there
    if address.startswith(f"{site()}/"):
        page = ROOT / "docs" / address[len(site()) + 1 :].strip("/")
        file = page.with_suffix(".md")
        return file if file.exists() else page / "README.md"
    return None


def texts():
    """Each file with addresses, and the text it should have."""
    owner = organisation()

    def rewritten(found):
        before = found["before"] or found["before_site"]
        after = found["after"] or found["after_site"]
        return before + owner + after

    for name in FILES:
        path = ROOT / name
        yield path, ADDRESS.sub(rewritten, path.read_text())


def main():
    """Writes the addresses."""
    for path, text in texts():
        path.write_text(text)


if __name__ == "__main__":
    main()
