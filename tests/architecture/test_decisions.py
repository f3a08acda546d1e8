"""Decisions are numbered without a gap, each number once, and what refers to one means one that there is."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "decisions"
SOURCES = ("scoring", "storage", "workstation", "tests")


def test_each_decision_has_a_number_of_its_own_and_says_it_in_its_heading() -> None:
    files = sorted(FOLDER.glob("*.md"))
    told = [re.match(r"# 0*(\d+)[.:] \S", file.read_text("utf-8")) for file in files]

    assert [int(file.name[:4]) for file in files] == list(range(1, len(files) + 1))
    assert [int(found[1]) if found else None for found in told] == list(range(1, len(files) + 1))


def test_each_decision_has_its_day() -> None:
    assert [
        file.name for file in FOLDER.glob("*.md") if not re.search(r"^(Date: )?\d{4}-\d\d-\d\d", _third_line(file))
    ] == []


def _third_line(file: Path) -> str:
    return file.read_text("utf-8").splitlines()[2]


def test_what_refers_to_a_decision_means_one_that_there_is() -> None:
    numbers = {file.name[:4] for file in FOLDER.glob("*.md")}
    files = [ROOT / "pyproject.toml", *(file for name in SOURCES for file in (ROOT / name).rglob("*.py"))]
    meant = {
        (file.name, found) for file in files for found in re.findall(r"docs/decisions/(\d{4})", file.read_text("utf-8"))
    }

    assert len(meant) >= 3  # it did look
    assert {(name, found) for name, found in meant if found not in numbers} == set()
