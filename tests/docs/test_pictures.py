"""The drawings are those that their program makes, and a reader of either colour scheme sees them."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def made(monkeypatch):
    monkeypatch.syspath_prepend(ROOT)
    from tools import pictures

    return pictures.pictures()


def test_the_pictures_are_up_to_date(made):
    for path, content in made.items():
        assert path.read_text() == content, "run `python -m tools.pictures`"
    assert {*(ROOT / "docs" / "pictures").iterdir()} == {*made}


def test_nothing_is_cut_off(made):
    """By a generous estimate of the width of a letter."""
    for content in made.values():
        width, height = map(int, re.search(r'viewBox="0 0 (\d+) (\d+)"', content).groups())
        for x, y, kind, words in re.findall(
            r'<text x="([\d.]+)" y="([\d.]+)" class="([^"]*)">([^<]*)<', content
        ):
            length = 8.5 * len(words)
            left = float(x) - (length / 2 if "middle" in kind else 0)
            assert left >= 0 and left + length <= width and float(y) < height, words


CHARTS = sorted((ROOT / "docs" / "benchmarks").glob("*.svg"))


@pytest.mark.parametrize("path", CHARTS, ids=lambda path: path.stem)
def test_no_label_of_a_chart_is_cut_off(path):
    content = path.read_text()
    width, height = map(int, re.search(r'viewBox="0 0 (\d+) (\d+)"', content).groups())
    labels = re.findall(
        r'<text x="([\d.]+)" y="([\d.]+)" class="([^"]*)" text-anchor="(\w+)">([^<]*)<', content
    )
    assert labels
    for x, y, kind, anchor, words in labels:
        length = (6.5 if kind in ("note", "value", "axis") else 7.5) * len(words)
        left = float(x) - length * {"start": 0, "middle": 0.5, "end": 1}[anchor]
        assert left >= 0 and left + length <= width and float(y) < height, words


def test_each_colour_has_one_for_the_dark(made):
    for content in made.values():
        style = re.search(r"<style>(.*?)</style>", content, re.DOTALL)[1]
        light, dark = style.split("@media (prefers-color-scheme: dark)")
        coloured = re.findall(r"^\.?(\w+) \{[^}]*#[0-9a-f]{6}", light, re.MULTILINE)
        assert coloured
        assert {*coloured} == {*re.findall(r"^  \.?(\w+) \{", dark, re.MULTILINE)}
