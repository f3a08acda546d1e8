"""Rooms of the program: its folders, what lives in each, and the drawing of what they import.

`python -m tests.rooms` writes docs/pictures/rooms.svg and the tables of docs/architecture.md. Rows come from the import
contracts in pyproject.toml, sides from the contract that keeps identities from the reader, arrows from the source.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import grimp

from tests.rooms_drawing import drawing

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "architecture.md"
PICTURE = ROOT / "docs" / "pictures" / "rooms.svg"
PACKAGES = ("workstation", "storage", "scoring")
BEGIN, END = "<!-- rooms: written by python -m tests.rooms -->\n", "<!-- end of rooms -->\n"
# of these the folders are rooms of their own; of all others the whole is one room
OPENED = {"workstation.ui"}
NO_ROOMS = {"workstation.errors"}
BLIND, BETWEEN, IDENTIFIED = "blind", "between", "identified"

Arrows = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Placed:
    """A room on the drawing: its package, its row in it, counted from the top, and its side."""

    name: str
    package: str
    row: int
    side: str


def contracts() -> dict[str, dict[str, list[str]]]:
    """Those of pyproject.toml, by id."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return {contract["id"]: contract for contract in settings["tool"]["importlinter"]["contracts"]}


@cache
def arrows() -> Arrows:
    """Room -> the rooms that its modules import, in whatever function the import stands."""
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    found: dict[str, set[str]] = {name: set() for module in graph.modules if (name := room_of(module))}
    for module in graph.modules:
        here = room_of(module)
        if here:
            there = {room_of(other) for other in graph.find_modules_directly_imported_by(module)}
            found[here] |= {other for other in there if other} - {here}
    return {name: frozenset(others) for name, others in found.items()}


def room_of(module: str) -> str:
    """The room that a module lies in, "" for a package itself and the few files beside its rooms."""
    parts = module.split(".")
    depth = 3 if ".".join(parts[:2]) in OPENED else 2
    name = ".".join(parts[:depth])
    return name if len(parts) >= depth and name not in NO_ROOMS and (ROOT / Path(*parts[:depth])).is_dir() else ""


def placed(found: Arrows) -> tuple[Placed, ...]:
    """Every room with its place on the drawing, from the top."""
    rows: dict[str, int] = {}
    for number, layer in enumerate(contracts()["inside-workstation"]["layers"]):
        rows |= {name.strip(): number for name in layer.split("|")}
    # a room that no layer names stands right below the lowest that imports it
    for name in sorted(set(_of("workstation", found)) - set(rows)):
        rows[name] = 1 + max(rows[other] for other in rows if name in found[other])
    for package in ("storage", "scoring"):
        heights = _heights(package, found)
        rows |= {name: max(heights.values()) - height for name, height in heights.items()}
    places = (Placed(name, name.split(".")[0], rows[name], _side(name)) for name in found)
    return tuple(sorted(places, key=lambda room: (PACKAGES.index(room.package), room.row, room.name)))


def _of(package: str, names: Iterable[str]) -> list[str]:
    return [name for name in names if name.split(".")[0] == package]


def _heights(package: str, found: Arrows) -> dict[str, int]:
    """How many rooms of the package lie below each, on the longest way down."""

    def height(name: str) -> int:
        return max((1 + height(other) for other in _of(package, found[name])), default=0)

    return {name: height(name) for name in _of(package, found)}


def _side(name: str) -> str:
    wall = contracts()["reader-cannot-unblind"]
    if name in wall["forbidden_modules"]:
        return IDENTIFIED
    return BLIND if name in wall["source_modules"] else BETWEEN


def needed(found: Arrows) -> Arrows:
    """The arrows that the drawing shows: none to what is reached through another room anyway."""
    reached = {name: _reached(found, name) for name in found}
    return {
        name: frozenset(other for other in others if not any(other in reached[via] for via in others - {other}))
        for name, others in found.items()
    }


def _reached(found: Arrows, start: str) -> set[str]:
    seen: set[str] = set()
    ahead = [start]
    while ahead:
        new = found[ahead.pop()] - seen
        seen |= new
        ahead += new
    return seen


def tables() -> str:
    """A table of folders for each package, with the first line of each."""
    parts = []
    for package in PACKAGES:
        parts += [f"### {package}/\n\n", "| room | what lives there |\n|---|---|\n"]
        for file in sorted((ROOT / package).rglob("__init__.py"), key=lambda found: found.parent):
            folder = file.parent.relative_to(ROOT).as_posix()
            if folder != package and "migrations/" not in folder:
                parts.append(f"| `{folder}/` | {first_line(file)} |\n")
        parts.append("\n")
    return "".join(parts)


def first_line(file: Path) -> str:
    """What a module says of itself, up to the end of the paragraph."""
    told = ast.get_docstring(ast.parse(file.read_text("utf-8"))) or ""
    return re.sub(r"\s+", " ", told.partition("\n\n")[0]).strip()


def page(text: str) -> str:
    """docs/architecture.md with its tables written anew."""
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    return f"{before}{BEGIN}\n{tables()}{END}{after}"


def picture() -> str:
    """docs/pictures/rooms.svg."""
    found = arrows()
    shown = needed(found)
    # from package to package every import counts
    across = {(name, other) for name in found for other in found[name] if name.split(".")[0] != other.split(".")[0]}
    return drawing(placed(found), across | {(name, other) for name in shown for other in shown[name]})


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text("utf-8")), "utf-8", newline="\n")
    PICTURE.write_text(picture(), "utf-8", newline="\n")
