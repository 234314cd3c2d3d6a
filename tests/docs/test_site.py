"""The documentation site builds without a warning, and has a page with an example for each name."""

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest
import weakly

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "docs" / "reference" / "examples.md"


def test_each_public_name_has_an_example():
    sections = re.split(r"^## ", EXAMPLES.read_text(), flags=re.MULTILINE)[1:]
    shown = {section.split("\n")[0] for section in sections if "```python" in section}
    assert shown == {*weakly.__all__}, "docs/reference/examples.md has a section for each name"


class Page(HTMLParser):
    """The links and the anchors of a page."""

    def __init__(self, text):
        super().__init__()
        self.links, self.anchors = set(), set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name in ("href", "src") and value:
                self.links.add(value)
            if name in ("id", "name"):
                self.anchors.add(value)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    pytest.importorskip("mkdocs", reason="installed by `make docs`")
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", folder],
        cwd=ROOT,
        capture_output=True,
        check=False,
        text=True,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
    )
    assert done.returncode == 0, done.stderr
    return folder


def test_the_links_of_the_site_lead_somewhere(site):
    pages = {
        path: Page(path.read_text()) for path in site.rglob("*.html") if path.name != "404.html"
    }
    assert len(pages) > 40
    wrong = []
    for path, page in pages.items():
        for link in page.links:
            if re.match(r"[a-z]+:", link) or not link:
                continue
            target, anchor = urldefrag(link)
            file = Path(os.path.normpath(path.parent / unquote(target))) if target else path
            file = file / "index.html" if file.is_dir() else file
            if not file.exists() or (
                anchor and file in pages and unquote(anchor) not in pages[file].anchors
            ):
                wrong.append(f"{path.relative_to(site)}: {link}")
    assert not wrong


@pytest.mark.parametrize("name", weakly.__all__)
def test_the_name_has_a_page_with_an_example(site, name):
    text = (site / "reference" / name / "index.html").read_text()
    _, found, example = text.partition('id="example"')
    assert found and "<code" in example
    assert f'href="{name}/"' in (site / "reference" / "index.html").read_text()
