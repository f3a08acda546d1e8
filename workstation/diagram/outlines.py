"""Outlines of the sites of a scheme: closed smooth curves, for any program that can draw a path. Pure.

Coordinates as in the file: x to the right, y downwards, of a right side; mirrored it is a left one. A drawing of both
sides has both, and is never mirrored.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Final

from msgspec import Struct

from scoring.errors import TomlRefused
from scoring.schemes.folder import OUTLINES_FILE, part_of
from scoring.schemes.scheme import Scheme
from scoring.toml_file import TomlLocation, read_toml
from scoring.values import replace

Point = tuple[float, float]
# Of a circle's quarter, the share of the radius at which the handles of a Bezier curve stand
_ROUND = 0.5522847498
# A smooth curve through points: handles are a sixth of the way between the neighbours (Catmull-Rom as Bezier)
_SIXTH = 1.0 / 6.0
# in units of a drawing, and what encloses an area
_LONGEST, _LEAST_POINTS = 10_000, 3


class Outline(Struct, frozen=True):
    """A closed curve: `start`, then Bezier segments (handle, handle, end). `site` is empty for a backdrop."""

    site: str
    layer: str
    start: Point
    segments: tuple[tuple[Point, Point, Point], ...]
    label: Point

    def svg_path(self) -> str:
        """The `d` of an SVG path, two decimals."""
        parts = [f"M{_xy(self.start)}"]
        parts += [f"C{_xy(first)} {_xy(second)} {_xy(end)}" for first, second, end in self.segments]
        return " ".join([*parts, "Z"])


class Word(Struct, frozen=True):
    """A word in the drawing, such as R for the right side, with its middle."""

    text: str
    layer: str
    middle: Point


class Diagram(Struct, frozen=True):
    """All outlines; `layers` says on which layer a feature is drawn.

    part: what is drawn, such as wrist. seen_from: such as back of the hand. caption: for a figure in a report.
    both_sides: right and left side are drawn, each with sites of its own.
    """

    part: str
    seen_from: str
    caption: str
    width: float
    height: float
    layers: dict[str, str]
    outlines: tuple[Outline, ...]
    backdrops: tuple[Outline, ...]
    words: tuple[Word, ...] = ()
    both_sides: bool = False

    def of_feature(self, feature: str) -> dict[str, Outline]:
        """Site -> outline of a feature; empty where the feature isn't drawn."""
        layer = self.layers.get(feature)
        return {item.site: item for item in self.outlines if item.layer == layer}

    def behind(self, feature: str) -> tuple[Outline, ...]:
        """What is drawn behind the sites of a feature."""
        layer = self.layers.get(feature)
        return tuple(item for item in self.backdrops if item.layer == layer)

    def words_of(self, feature: str) -> tuple[Word, ...]:
        """What is written into the drawing of a feature."""
        layer = self.layers.get(feature)
        return tuple(item for item in self.words if item.layer == layer)

    def turned(self, *, mirrored: bool, upside_down: bool = False) -> Diagram:
        """Right for left, top for bottom; one of both sides stays as it is."""

        def over(point: Point) -> Point:
            x, y = point
            return (self.width - x if mirrored else x, self.height - y if upside_down else y)

        if self.both_sides or (not mirrored and not upside_down):
            return self
        return replace(
            self,
            outlines=tuple(_moved(item, over) for item in self.outlines),
            backdrops=tuple(_moved(item, over) for item in self.backdrops),
            words=tuple(replace(item, middle=over(item.middle)) for item in self.words),
        )


NOTHING_DRAWN: Final = Diagram("part", "", "", 200.0, 250.0, {}, (), ())


def diagram_of(scheme: Scheme, *, mirrored: bool = False, upside_down: bool = False) -> Diagram | None:
    """The drawing of a scheme's right side, right for left or top for bottom; None where it has none."""
    text = part_of(scheme, OUTLINES_FILE)
    return None if text is None else _turned(text, mirrored, upside_down)


def part_drawn(scheme: Scheme) -> str:
    """What a scheme's drawing shows, such as wrist; "" where it has none."""
    text = part_of(scheme, OUTLINES_FILE)
    return "" if text is None else _part_in(text)


@cache
def _part_in(text: str) -> str:
    # by the keys above the first table: to read the shapes takes a hundred times as long, and images wait for this
    head, _, _ = text.partition("\n[")
    try:
        return read_toml(head, _Head, OUTLINES_FILE).part
    except TomlRefused:
        # written in another way
        return read_diagram(text).part


@cache
def read_diagram(text: str) -> Diagram:
    """The diagram of that TOML text, read once."""
    return load_diagram(text, OUTLINES_FILE)


# each change of feature draws both visits: turning a drawing takes longer than looking it up
@cache
def _turned(text: str, mirrored: bool, upside_down: bool) -> Diagram:
    return read_diagram(text).turned(mirrored=mirrored, upside_down=upside_down)


class _Shape(Struct, frozen=True, forbid_unknown_fields=True):
    """One table of the file: a closed outline, or a circle."""

    layer: str
    site: str = ""
    label: Point | None = None
    points: tuple[Point, ...] = ()
    centre: Point | None = None
    radius: float = 0.0


class _WordToml(Struct, frozen=True, forbid_unknown_fields=True):
    text: str
    layer: str
    at: Point


class _Head(Struct, frozen=True):
    part: str


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    part: str
    width: float
    height: float
    layers: dict[str, tuple[str, ...]]
    outline: tuple[_Shape, ...]
    backdrop: tuple[_Shape, ...] = ()
    word: tuple[_WordToml, ...] = ()
    both_sides: bool = False
    seen_from: str = ""
    caption: str = ""


def load_diagram(text: str, file: str) -> Diagram:
    """The diagram of that TOML text; TomlRefused names file and location of a mistake."""
    found = read_toml(text, _File, file)
    for key, length in (("width", found.width), ("height", found.height)):
        if not 0 < length <= _LONGEST:
            TomlLocation(file).at(key).refuse(f"{length}: a number above 0, up to {_LONGEST}")
    layers = {feature: layer for layer, features in found.layers.items() for feature in features}
    drawn = {
        key: tuple(_outline(shape, found, TomlLocation(file).at(key, number)) for number, shape in enumerate(shapes))
        for key, shapes in (("outline", found.outline), ("backdrop", found.backdrop))
    }
    part = TomlLocation(file).line("part", found.part)
    words = tuple(_word(word, found, TomlLocation(file).at("word", number)) for number, word in enumerate(found.word))
    return Diagram(
        part,
        found.seen_from,
        found.caption,
        found.width,
        found.height,
        layers,
        drawn["outline"],
        drawn["backdrop"],
        words,
        found.both_sides,
    )


def _word(word: _WordToml, diagram: _File, location: TomlLocation) -> Word:
    _known_layer(word.layer, diagram, location)
    _in_reach(word.at, location.at("at"))
    return Word(location.line("text", word.text), word.layer, word.at)


def _in_reach(point: Point | None, location: TomlLocation) -> None:
    """Refuse a point that can't be painted; numbers that aren't finite are not below any other."""
    if point is not None and not all(abs(value) <= _LONGEST for value in point):
        location.refuse(f"{list(point)}: numbers up to {_LONGEST}")


def _known_layer(layer: str, diagram: _File, location: TomlLocation) -> None:
    if layer not in diagram.layers:
        location.at("layer").refuse(f"no layer {layer!r} (declared: {', '.join(diagram.layers)})")


def _outline(shape: _Shape, diagram: _File, location: TomlLocation) -> Outline:
    _known_layer(shape.layer, diagram, location)
    for key, points in (("points", shape.points), ("centre", (shape.centre,)), ("label", (shape.label,))):
        for point in points:
            _in_reach(point, location.at(key))
    if not 0 <= shape.radius <= _LONGEST:
        location.at("radius").refuse(f"{shape.radius}: a number above 0, up to {_LONGEST}")
    if shape.points and len(shape.points) < _LEAST_POINTS:
        location.at("points").refuse(f"an outline has {_LEAST_POINTS} points or more")
    if shape.centre is not None and shape.radius > 0 and not shape.points:
        middle = shape.centre
        start, segments = _circle(middle, shape.radius)
    elif shape.points and shape.centre is None:
        start, segments = _smooth(shape.points)
        middle = (
            sum(x for x, _ in shape.points) / len(shape.points),
            sum(y for _, y in shape.points) / len(shape.points),
        )
    else:
        location.refuse("either points, or centre and radius")
    return Outline(shape.site, shape.layer, start, segments, shape.label or middle)


def _smooth(points: tuple[Point, ...]) -> tuple[Point, tuple[tuple[Point, Point, Point], ...]]:
    count = len(points)
    segments = []
    for index, here in enumerate(points):
        before, after, beyond = points[index - 1], points[(index + 1) % count], points[(index + 2) % count]
        first = (here[0] + (after[0] - before[0]) * _SIXTH, here[1] + (after[1] - before[1]) * _SIXTH)
        second = (after[0] - (beyond[0] - here[0]) * _SIXTH, after[1] - (beyond[1] - here[1]) * _SIXTH)
        segments.append((first, second, after))
    return points[0], tuple(segments)


def _circle(centre: Point, radius: float) -> tuple[Point, tuple[tuple[Point, Point, Point], ...]]:
    (x, y), handle = centre, radius * _ROUND
    corners = [(x + radius, y), (x, y + radius), (x - radius, y), (x, y - radius)]
    directions = [(0.0, handle), (-handle, 0.0), (0.0, -handle), (handle, 0.0)]
    segments = []
    for index, (corner, direction) in enumerate(zip(corners, directions, strict=True)):
        end, turned = corners[(index + 1) % 4], directions[(index + 1) % 4]
        first = (corner[0] + direction[0], corner[1] + direction[1])
        segments.append((first, (end[0] - turned[0], end[1] - turned[1]), end))
    return corners[0], tuple(segments)


def _moved(item: Outline, over: Callable[[Point], Point]) -> Outline:
    segments = tuple((over(first), over(second), over(end)) for first, second, end in item.segments)
    return replace(item, start=over(item.start), segments=segments, label=over(item.label))


def _xy(point: Point) -> str:
    return f"{point[0]:.2f},{point[1]:.2f}"
