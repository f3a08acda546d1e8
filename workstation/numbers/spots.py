"""Spots of a figure: what the mouse hovers over and the keys go through, each with its words and its case."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from scoring.comparison.grades import Array
from workstation.diagram.outlines import Diagram
from workstation.numbers.figure import Bars, Figure, Nothing, Plot, SiteMap, Wrists
from workstation.numbers.words import score, signed

# a group of bars is so wide, of 1
GROUP: Final = 0.8
# between two drawings, and above each for its heading, in units of the drawing
GAP: Final = 30.0
HEAD: Final = 34.0
COLUMNS: Final = 4


@dataclass(frozen=True, slots=True)
class Spots:
    """Where each is, in the figure's own units, in the order in which Left and Right go through them.

    keys: the enrolment, "" where a spot is of no single case. words: of one of them. down: how many further the next
    row is, 0 where there are no rows. marked: those that stand out.
    """

    x: Array
    y: Array
    keys: Sequence[str]
    words: Callable[[int], str] = field(compare=False)
    down: int = 0
    marked: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))


def spots_of(figure: Figure) -> Spots:
    """The spots of a figure."""
    match figure:
        case Plot():
            return _of_plot(figure)
        case Bars():
            return _of_bars(figure)
        case SiteMap():
            return _of_map(figure)
        case Wrists():
            return _of_wrists(figure)
        case Nothing():
            return Spots(np.empty(0), np.empty(0), (), str)


def bar_middle(figure: Bars, name: int, group: int) -> float:
    """Where a bar stands on the axis of groups."""
    wide = GROUP / len(figure.names)
    return group - GROUP / 2 + (name + 0.5) * wide


def wrist_corner(number: int, count: int, diagram: Diagram) -> tuple[float, float]:
    """Upper left corner of the drawing of one of so many features."""
    columns = min(count, COLUMNS)
    return (number % columns) * (diagram.width + GAP), (number // columns) * (diagram.height + HEAD + GAP)


def _of_plot(figure: Plot) -> Spots:
    x = np.concatenate([dots.x for dots in figure.dots])
    y = np.concatenate([dots.y for dots in figure.dots])
    order = np.lexsort((y, x))
    ends = np.cumsum([dots.x.size for dots in figure.dots])
    keys = [key for dots in figure.dots for key in dots.keys]
    marked = np.concatenate([dots.marked for dots in figure.dots])

    def words(spot: int) -> str:
        row = int(order[spot])
        which = int(np.searchsorted(ends, row, side="right"))
        return figure.dots[which].words(row - int(ends[which] - figure.dots[which].x.size))

    return Spots(x[order], y[order], [keys[row] for row in order.tolist()], words, marked=marked[order])


def _of_bars(figure: Bars) -> Spots:
    spots = [
        (bar_middle(figure, name, group), float(value), name, group)
        for group, column in enumerate(figure.values.T)
        for name, value in enumerate(column)
        if not np.isnan(value)
    ]

    def words(spot: int) -> str:
        _, value, name, group = spots[spot]
        what = f"{figure.names[name]}, {figure.x_label.lower()} {figure.groups[group].lower()}"
        return f"{what}: {figure.y_label.lower()} {score(value)}, n = {figure.counts[name]}"

    return Spots(
        np.array([spot[0] for spot in spots]), np.array([spot[1] for spot in spots]), ("",) * len(spots), words
    )


def _of_map(figure: SiteMap) -> Spots:
    rows, columns = figure.values.shape
    y, x = np.divmod(np.arange(rows * columns), columns)
    names = list(figure.row_names())

    def words(spot: int) -> str:
        row, column = divmod(spot, columns)
        value = figure.values[row, column]
        change = "no change known" if np.isnan(value) else f"change {signed(float(value))}"
        return f"{figure.words[column]}: {' '.join(names[row])}, {change}"

    return Spots(x + 0.5, y + 0.5, figure.keys * rows, words, down=columns)


def _of_wrists(figure: Wrists) -> Spots:
    diagram = figure.diagram
    spots = []
    for number, ((feature, name), means) in enumerate(zip(figure.features, figure.means, strict=True)):
        left, top = wrist_corner(number, len(figure.features), diagram)
        for site, outline in diagram.of_feature(feature).items():
            if site in means:
                spots.append((left + outline.label[0], top + HEAD + outline.label[1], name, site, means[site]))

    def words(spot: int) -> str:
        _, _, name, site, item = spots[spot]
        mean = "no change known" if item.mean is None else f"mean change {signed(item.mean)}"
        return f"{name}, {site}: {mean}, n = {item.n}"

    return Spots(
        np.array([spot[0] for spot in spots]), np.array([spot[1] for spot in spots]), ("",) * len(spots), words
    )
