"""The addresses of the repository and of the documentation, which one line of `Cargo.toml` decides.

READMEs are shown on PyPI and crates.io, so their links are absolute. `python -m tools.urls` writes
the organisation of that line into all of them.
"""

import re

from .interpreter import ROOT

FILES = ("README.md", "crates/weakly/README.md", "pyproject.toml", "Cargo.toml")
ADDRESS = re.compile(
    r"(?P<before>https://github\.com/)[\w-]+(?P<after>/weakly)\b"
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
