"""Flow of participants as a diagram: boxes from people to analysed pairs, beside them who was left out and why."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from scoring.analysis.participants import Participants, Stage
from workstation.reporting.plot_style import GREY, INK, PAGE
from workstation.reporting.vector_files import Drawing, drawn

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# in inches, from the upper left
_LINE: Final = 0.135
_PAD: Final = 0.09
_GAP: Final = 0.3
_BESIDE: Final = 0.1
_MAIN: Final = 2.5
_ASIDE: Final = 1.95
_MIDDLE: Final = PAGE / 2
_FONT: Final = 7.5
# letters that a box holds in one line
_MAIN_LETTERS: Final = 44
_BOLD_LETTERS: Final = 36
_ASIDE_LETTERS: Final = 33

# how far from the middle the lines from both visits to the pairs run
_APART: Final = 0.4

_Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Text:
    """What stands in a box: bold lines, then plain ones."""

    bold: tuple[str, ...]
    plain: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Box:
    """Text in a frame."""

    text: _Text
    middle: float
    top: float
    aside: bool = False

    @property
    def width(self) -> float:
        return _ASIDE if self.aside else _MAIN

    @property
    def left(self) -> float:
        return self.middle - self.width / 2

    @property
    def right(self) -> float:
        return self.middle + self.width / 2

    @property
    def bottom(self) -> float:
        return self.top + (len(self.text.bold) + len(self.text.plain)) * _LINE + 2 * _PAD

    @property
    def centre(self) -> float:
        return (self.top + self.bottom) / 2


@dataclass
class _Layout:
    """Boxes and arrows as they are put down, each below what is there."""

    boxes: list[_Box] = field(default_factory=list)
    arrows: list[tuple[_Point, ...]] = field(default_factory=list)

    def put(self, text: _Text, middle: float, top: float, *, aside: bool = False) -> _Box:
        box = _Box(text, middle, top, aside)
        self.boxes.append(box)
        return box

    def below(self, box: _Box, text: _Text, left_out: _Text | None = None) -> _Box:
        """The next box of the middle column; who was left out stands beside the arrow to it."""
        top = box.bottom + _GAP
        if left_out:
            gone = self.put(left_out, PAGE - _ASIDE / 2 - 0.05, box.bottom + _BESIDE, aside=True)
            self.arrows.append(((_MIDDLE, gone.centre), (gone.left, gone.centre)))
            top = gone.bottom + _BESIDE
        new = self.put(text, _MIDDLE, top)
        self.arrows.append(((_MIDDLE, box.bottom), (_MIDDLE, new.top)))
        return new

    @property
    def height(self) -> float:
        return max(box.bottom for box in self.boxes) + 0.05


def flow_diagram(found: Participants) -> Drawing:
    """The diagram, as wide as a page."""
    return drawn(lambda figure: draw_flow(figure, found), _laid_out(found).height, PAGE)


def draw_flow(figure: Figure, found: Participants) -> None:
    """Draw it into a figure of that size."""
    layout = _laid_out(found)
    figure.set_layout_engine("none")
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_xlim(0.0, PAGE)
    axes.set_ylim(layout.height, 0.0)
    axes.set_axis_off()
    for points in layout.arrows:
        _arrow(axes, points)
    for box in layout.boxes:
        _draw(axes, box)


def _laid_out(found: Participants) -> _Layout:
    layout = _Layout()
    people = layout.put(_people(found), _MIDDLE, 0.05)
    enrolled = layout.below(people, _lines(found.enrolled))
    read = layout.below(enrolled, _lines(found.read), _left_out(found.read))
    if found.repeats:
        again = layout.put(
            _Text(("Read again, blind",), (f"n = {found.repeats}",)), _ASIDE / 2 + 0.05, read.top, aside=True
        )
        layout.arrows.append(((read.left, again.centre), (again.right, again.centre)))
    pairs = _visits_and_pairs(layout, read, found)
    layout.below(pairs, _lines(found.analysed), _left_out(found.analysed))
    return layout


def _visits_and_pairs(layout: _Layout, read: _Box, found: Participants) -> _Box:
    """Both visits side by side, who lacks one below each, and the pairs below all of them."""
    lowest, visits = 0.0, []
    for stage, side in zip(found.scored, (-1, 1), strict=True):
        visit = layout.put(_lines(stage), _MIDDLE + side * (_MAIN / 2 + 0.15), read.bottom + _GAP)
        turn = read.bottom + _GAP / 2
        corners = ((_MIDDLE, read.bottom), (_MIDDLE, turn), (visit.middle, turn), (visit.middle, visit.top))
        layout.arrows.append(corners)
        visits.append(visit)
        lowest = max(lowest, visit.bottom + _GAP)
        if gone := _left_out(stage, "Not scored"):
            box = layout.put(gone, _MIDDLE + side * (PAGE / 2 - _ASIDE / 2 - 0.05), visit.bottom + _GAP, aside=True)
            layout.arrows.append(((box.middle, visit.bottom), (box.middle, box.top)))
            lowest = max(lowest, box.bottom + _BESIDE)
    if gone := _left_out(found.pairs):
        box = layout.put(gone, PAGE - _ASIDE / 2 - 0.05, lowest, aside=True)
        layout.arrows.append(((_MIDDLE + _APART, box.centre), (box.left, box.centre)))
        lowest = box.bottom + _BESIDE
    pairs = layout.put(_lines(found.pairs), _MIDDLE, lowest)
    for visit, side in zip(visits, (-1, 1), strict=True):
        layout.arrows.append(((_MIDDLE + side * _APART, visit.bottom), (_MIDDLE + side * _APART, pairs.top)))
    return pairs


def _people(found: Participants) -> _Text:
    twice = (f"{found.in_two_groups} enrolled in two groups",) if found.in_two_groups else ()
    return _Text(("People",), (f"n = {found.people}", *twice))


def _lines(stage: Stage) -> _Text:
    """Title, number, and the numbers of the groups: in one line if they fit, else a line each."""
    groups = [f"{group} {count}" for group, count in stage.by_group] if len(stage.by_group) > 1 else []
    together = ", ".join(groups)
    each = [together] if len(together) <= _MAIN_LETTERS else groups
    plain = (line for text in each for line in _wrapped(text, _MAIN_LETTERS))
    return _Text(_wrapped(stage.title, _BOLD_LETTERS), (f"n = {stage.count}", *plain))


def _left_out(stage: Stage, what: str = "Left out") -> _Text | None:
    if not stage.left_out:
        return None
    reasons = (line for item in stage.left_out for line in _wrapped(f"{item.count} {item.reason}", _ASIDE_LETTERS))
    return _Text((f"{what}: n = {sum(item.count for item in stage.left_out)}",), tuple(reasons))


def _wrapped(text: str, width: int) -> tuple[str, ...]:
    return tuple(textwrap.wrap(text, width))


def _draw(axes: Axes, box: _Box) -> None:
    from matplotlib.patches import Rectangle  # noqa: PLC0415 - drawing alone needs it

    edge, line_width = (GREY, 0.6) if box.aside else (INK, 0.9)
    size = (box.width, box.bottom - box.top)
    frame = Rectangle((box.left, box.top), *size, facecolor="white", edgecolor=edge, linewidth=line_width, zorder=2)
    axes.add_patch(frame)
    for number, line in enumerate((*box.text.bold, *box.text.plain)):
        axes.text(
            box.left + _PAD if box.aside else box.middle,
            box.top + _PAD + (number + 0.5) * _LINE,
            line,
            ha="left" if box.aside else "center",
            va="center_baseline",
            fontsize=_FONT - 0.5 if box.aside else _FONT,
            fontweight="bold" if number < len(box.text.bold) else "normal",
            parse_math=False,
            zorder=3,
        )


def _arrow(axes: Axes, points: tuple[_Point, ...]) -> None:
    """A line through the points, an arrow at its end."""
    *before, start, end = points
    corners = (*before, start)
    axes.plot([x for x, _ in corners], [y for _, y in corners], color=INK, linewidth=0.8, zorder=1)
    looks = {"arrowstyle": "-|>,head_length=0.35,head_width=0.16", "color": INK, "linewidth": 0.8}
    axes.annotate("", xy=end, xytext=start, arrowprops={**looks, "shrinkA": 0.0, "shrinkB": 0.0}, zorder=1)
