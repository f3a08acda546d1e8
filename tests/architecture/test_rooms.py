"""docs/architecture.md: its rooms are the folders, no arrow of its drawing leads up, and its words are in the code."""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from pathlib import Path
from xml.etree import ElementTree as ET

import grimp
import pytest

from tests.rooms import BEGIN, PACKAGES, PAGE, PICTURE, ROOT, arrows, contracts, page, picture, room_of

SVG = "{http://www.w3.org/2000/svg}"
Corners = dict[str, tuple[int, int]]
WORDS = "case reading round visit enrolment site feature sighting edition act event head"


@pytest.fixture(scope="module")
def drawn() -> Corners:
    """Room -> x and y of its box, as the picture has them."""
    boxes = ((group.get("id") or "", group.find(f"{SVG}rect")) for group in ET.parse(PICTURE).iter(f"{SVG}g"))  # noqa: S314 - our own file
    return {name: (int(box.get("x", "0")), int(box.get("y", "0"))) for name, box in boxes if box is not None}


def upward(drawn: Corners, imports: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Imports of a room that isn't drawn below the one that imports it."""
    return {(here, there) for here, there in imports if drawn[there][1] <= drawn[here][1]}


@cache
def _imports() -> set[tuple[str, str]]:
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    pairs = ((one, other) for one in graph.modules for other in graph.find_modules_directly_imported_by(one))
    rooms = {(room_of(one), room_of(other)) for one, other in pairs}
    return {(here, there) for here, there in rooms if here and there and here != there}


def test_page_and_drawing_are_what_the_source_says() -> None:
    told = "run python -m tests.rooms, and look at what it changed"
    text = PAGE.read_text("utf-8")

    assert text == page(text), told
    assert PICTURE.read_text("utf-8") == picture(), told


def test_every_folder_of_the_program_is_drawn_and_nothing_else(drawn: Corners) -> None:
    files = [file for name in PACKAGES for file in ROOT.glob(f"{name}/*/*.py")]
    rooms = {".".join(file.parent.relative_to(ROOT).parts) for file in [*files, *ROOT.glob("workstation/ui/*/*.py")]}

    assert set(drawn) == rooms - {"workstation.ui"}


def test_every_folder_has_a_line_in_the_tables() -> None:
    written = PAGE.read_text("utf-8").partition(BEGIN)[2]
    listed = set(re.findall(r"^\| `([^`]+)/` \|", written, re.MULTILINE))
    folders = {file.parent.relative_to(ROOT).as_posix() for name in PACKAGES for file in (ROOT / name).rglob("*.py")}

    # revisions are no room: each is a step of storage/migrations
    assert listed == {folder for folder in folders - set(PACKAGES) if not folder.startswith("storage/migrations/")}


def test_no_import_leads_upwards_on_the_drawing(drawn: Corners) -> None:
    imports = _imports()

    assert len(imports) > 100  # it did look
    assert upward(drawn, imports) == set()


def test_an_import_that_leads_upwards_or_sideways_is_found(drawn: Corners) -> None:
    up = ("workstation.imaging", "workstation.reading")
    aside = ("workstation.ui.reader", "workstation.ui.coordinator")

    assert upward(drawn, {*_imports(), up, aside}) == {up, aside}


def test_the_rows_are_those_of_the_contract(drawn: Corners) -> None:
    layers = [[name.strip() for name in row.split("|")] for row in contracts()["inside-workstation"]["layers"]]
    heights = [{drawn[name][1] for name in row} for row in layers]

    assert all(len(row) == 1 for row in heights)
    assert [min(row) for row in heights] == sorted({min(row) for row in heights})


def test_the_readers_side_and_the_identified_side_are_apart_on_the_drawing(drawn: Corners) -> None:
    wall = contracts()["reader-cannot-unblind"]
    blind = [drawn[name][0] for name in wall["source_modules"] if name in drawn]
    identified = [drawn[name][0] for name in wall["forbidden_modules"] if name in drawn]
    between = [x for name, (x, _) in drawn.items() if name not in {*wall["source_modules"], *wall["forbidden_modules"]}]

    assert max(blind) < min(between) <= max(between) < min(identified)
    assert (len(blind), len(identified)) >= (8, 4)


def test_every_name_on_the_page_is_in_the_code() -> None:
    named = re.findall(r"`((?:scoring|storage|workstation)\.[\w.]+)`", PAGE.read_text("utf-8"))
    paths = re.findall(r"`((?:scoring|storage|workstation)/[\w./]+)`", PAGE.read_text("utf-8"))

    assert len(named) > 30
    assert [name for name in named if not _exists(name)] == []
    assert [path for path in paths if not (ROOT / path).exists()] == []


def _exists(name: str) -> bool:
    module, _, last = name.rpartition(".")
    folder = ROOT / Path(*name.split("."))
    return folder.is_dir() or folder.with_suffix(".py").exists() or hasattr(import_module(module), last)


def test_each_word_of_the_trade_has_its_place_in_the_code_and_a_meaning_in_the_glossary() -> None:
    rows = PAGE.read_text("utf-8").partition("## Words")[2].partition("|---|---|\n")[2].splitlines()
    words = [word for row in rows for word in re.sub(r" \(.*\)| of an answer", "", row.split(" | ")[0][2:]).split(", ")]
    glossary = (ROOT / "docs" / "glossary.md").read_text("utf-8")
    explained = {word for row in re.findall(r"^\| ([^|]+) \|", glossary, re.MULTILINE) for word in row.split(", ")}

    assert set(WORDS.split()) <= set(words) <= explained
    assert rows == sorted(rows)


def test_every_arrow_between_rooms_was_read_from_the_source() -> None:
    assert {(here, there) for here, others in arrows().items() for there in others} == _imports()
