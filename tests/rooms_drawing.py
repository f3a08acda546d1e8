"""Drawing of the rooms as SVG: rows from the commands down to what a grade means, sides by what a reader may know."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from itertools import pairwise
from typing import Protocol

SVG = "http://www.w3.org/2000/svg"
WIDTH = 1180
# left edge and width of each side, and what stands above it
SIDES = {
    "blind": (16, 500, "what a reader's process holds: no identity", "#e3f1ec"),
    "between": (532, 300, "joins both, or knows neither", "#f2f2f2"),
    "identified": (848, 316, "who is who: names, dates, paths", "#f8e6e2"),
}
EDGES = {"blind": "#2c7a64", "between": "#777777", "identified": "#b0452f"}
BOX = (136, 34)
# distance of rows: wide where arrows are drawn, narrow where the row alone says what may import what
STEPS = {"workstation": 74, "storage": 44, "scoring": 44}
TOP, HEADING, GAP = 16, 30, 46
TIP = (
    '<defs><marker id="tip" markerWidth="9" markerHeight="9" refX="8" refY="4" orient="auto">'
    '<path d="M0,0 L8,4 L0,8 z" fill="#555555"/></marker></defs>'
)
# how far a room stands off its place in its row, so that it hides no arrow of the room above
MOVED = {"workstation.ui.reader": -50, "workstation.starting": 100, "workstation.ui.shared": 94}


class Room(Protocol):
    """What is known of a room."""

    @property
    def name(self) -> str:
        """Dotted."""
        ...

    @property
    def package(self) -> str:
        """The package that it lies in."""
        ...

    @property
    def row(self) -> int:
        """Counted from the top of its package."""
        ...

    @property
    def side(self) -> str:
        """One of SIDES."""
        ...


def drawing(rooms: Sequence[Room], arrows: Iterable[tuple[str, str]]) -> str:
    """The picture. Arrows are drawn between rooms of workstation, and from package to package on each side."""
    places = _places(rooms)
    bands = _bands(rooms)
    height = bands["scoring"][1] + TOP
    parts = [
        f'<svg xmlns="{SVG}" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" font-size="14">',
        "<title>Rooms of the program. A room imports rooms of lower rows alone.</title>",
        TIP,
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        *_lanes(bands),
    ]
    parts += [_arrow(*ends) for ends in _ends(rooms, set(arrows), places, bands)]
    parts += [_box(room, *places[room.name]) for room in rooms]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _bands(rooms: Sequence[Room]) -> dict[str, tuple[int, int]]:
    """Upper and lower edge of each package."""
    bands: dict[str, tuple[int, int]] = {}
    top = TOP + HEADING
    for package, step in STEPS.items():
        last = max(room.row for room in rooms if room.package == package)
        bottom = top + HEADING + last * step + BOX[1] + 14
        bands[package] = (top, bottom)
        top = bottom + GAP
    return bands


def _places(rooms: Sequence[Room]) -> dict[str, tuple[int, int]]:
    """Left upper corner of each room; those of one row and side stand beside each other in the middle of the side."""
    bands = _bands(rooms)
    places: dict[str, tuple[int, int]] = {}
    for room in rooms:
        row = [other.name for other in rooms if (other.package, other.row, other.side) == _where(room)]
        left, width, _, _ = SIDES[room.side]
        pitch = min(BOX[0] + 14, width // len(row))
        first = left + (width - pitch * len(row)) // 2 + (pitch - BOX[0]) // 2
        x = first + pitch * row.index(room.name) + MOVED.get(room.name, 0)
        places[room.name] = (x, bands[room.package][0] + HEADING + room.row * STEPS[room.package])
    return places


def _where(room: Room) -> tuple[str, int, str]:
    return room.package, room.row, room.side


def _lanes(bands: dict[str, tuple[int, int]]) -> Iterable[str]:
    for left, width, words, tint in SIDES.values():
        yield f'<text x="{left + width // 2}" y="{TOP + 14}" text-anchor="middle" fill="#333333">{escape(words)}</text>'
        for top, bottom in bands.values():
            yield f'<rect x="{left}" y="{top}" width="{width}" height="{bottom - top}" rx="6" fill="{tint}"/>'
    for package, (top, _) in bands.items():
        yield f'<text x="{SIDES["blind"][0] + 10}" y="{top + 20}" font-weight="bold" fill="#333333">{package}/</text>'


def _ends(
    rooms: Sequence[Room],
    arrows: set[tuple[str, str]],
    places: dict[str, tuple[int, int]],
    bands: dict[str, tuple[int, int]],
) -> Iterable[tuple[int, int, int, int]]:
    """Where each arrow begins and ends, x and y."""
    for here, there in sorted(arrows):
        if here.startswith("workstation.") and there.startswith("workstation."):
            (x, y), (to_x, to_y) = places[here], places[there]
            yield x + BOX[0] // 2, y + BOX[1], to_x + BOX[0] // 2, to_y
    side = {room.name: room.side for room in rooms}
    between = {(here.split(".")[0], there.split(".")[0], side[here]) for here, there in arrows}
    for upper, lower in pairwise(bands):
        for name, (left, width, _, _) in SIDES.items():
            if (upper, lower, name) in between:
                yield left + width // 2, bands[upper][1], left + width // 2, bands[lower][0]


def _arrow(x: int, y: int, to_x: int, to_y: int) -> str:
    bend = (to_y - y) // 2
    way = f"M{x},{y} C{x},{y + bend} {to_x},{to_y - bend} {to_x},{to_y}"
    return f'<path d="{way}" fill="none" stroke="#8a8a8a" stroke-width="1.4" marker-end="url(#tip)"/>'


def _box(room: Room, x: int, y: int) -> str:
    words = room.name.removeprefix(f"{room.package}.")
    return (
        f'<g id="{room.name}"><rect x="{x}" y="{y}" width="{BOX[0]}" height="{BOX[1]}" rx="5" fill="#ffffff" '
        f'stroke="{EDGES[room.side]}" stroke-width="1.6"/><text x="{x + BOX[0] // 2}" y="{y + 22}" '
        f'text-anchor="middle" fill="#1d1d1d">{escape(words)}</text></g>'
    )
