"""Drawing of figures side by side on a page, with matplotlib: points, lines and bars, as in the window, on white."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from workstation.numbers.figure import READERS, Bars, Figure, Nothing, Plot, Tint
from workstation.numbers.spots import GROUP, bar_middle
from workstation.reporting.plot_style import BLUE, FAINT, GREEN, GREY, PAGE, VERMILION, a_figure, as_svg

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_ROW: Final = 1.42
_LONE_ROW: Final = 2.1
_COLOURS: Final = {
    Tint.FIRST: BLUE,
    Tint.SECOND: "#e69f00",
    Tint.THIRD: GREEN,
    Tint.FOURTH: "#cc79a7",
    Tint.LIMIT: VERMILION,
    Tint.QUIET: FAINT,
}
# in inches: beside a row of names, or of numbers, at the other side, above and below
_NAMES: Final = 1.0
_NUMBERS: Final = 0.5
_EDGE: Final = 0.12
_TITLE: Final = 0.2
_LABEL: Final = 0.38
_DOT: Final = 9.0
# so many names of groups have room side by side
_MANY: Final = 8
# matplotlib spends most of its time on ticks
_TICKS: Final = 4


class Cell(NamedTuple):
    """A figure with its short title."""

    title: str
    figure: Figure


def grid(rows: Sequence[Sequence[Cell]]) -> str:
    """Rows of figures as one SVG, as wide as a page."""
    columns = max(len(row) for row in rows)
    height = (_ROW if len(rows) > 1 else _LONE_ROW) * len(rows)
    # room as words need it would be worked out anew for each of many plots, which takes longer than to draw them
    with a_figure(height, fitted=False) as figure:
        left = _NAMES if any(isinstance(cell.figure, Plot) and cell.figure.y_names for cell in rows[0]) else _NUMBERS
        figure.subplots_adjust(
            left=left / PAGE,
            right=1.0 - _EDGE / PAGE,
            top=1.0 - _TITLE / height,
            bottom=_LABEL / height,
            wspace=(left + _EDGE) / ((PAGE - left) / columns - left),
            hspace=(_TITLE + _LABEL) / (height / len(rows) - _TITLE - _LABEL),
        )
        axes = figure.subplots(len(rows), columns, squeeze=False)
        for line, row in zip(axes, rows, strict=True):
            for axes_, cell in zip(line, row, strict=True):
                _cell(axes_, cell)
        return as_svg(figure)


def _cell(axes: Axes, cell: Cell) -> None:
    figure = cell.figure
    match figure:
        case Plot():
            shown = sum(dots.x.size for dots in figure.dots) if not figure.y_names else 0
            axes.set_title(f"{cell.title} (n = {shown})" if shown else cell.title)
            _plot(axes, figure)
        case Bars():
            axes.set_title(cell.title)
            _bars(axes, figure)
        case Nothing():
            axes.set_title(cell.title)
            axes.set_axis_off()
            axes.text(0.5, 0.5, "nothing known", transform=axes.transAxes, ha="center", color=GREY)
        case _:
            raise AssertionError("maps and wrists are drawn by the report itself")


def _plot(axes: Axes, figure: Plot) -> None:
    for line in figure.lines:
        style = "--" if line.dashed else "-"
        colour = _COLOURS[line.tint]
        if line.value is None:
            axes.axline((0.0, 0.0), slope=1.0, color=GREY, linewidth=0.8, zorder=0)
        elif line.upright:
            axes.axvline(line.value, color=colour, linewidth=0.8, linestyle=style, zorder=0)
        else:
            axes.axhline(line.value, color=colour, linewidth=0.8, linestyle=style, zorder=0)
    for curve in figure.curves:
        style = "--" if curve.dashed else "-"
        width = 0.7 if curve.dashed else 1.3
        axes.plot(curve.x, curve.y, color=_COLOURS[curve.tint], linewidth=width, linestyle=style, zorder=2)
    for dots in figure.dots:
        if figure.joined:
            axes.plot(dots.x, dots.y, color=FAINT, linewidth=0.5, zorder=1)
        for marked, symbol, colour in ((False, "o", _COLOURS[dots.tint]), (True, "D", VERMILION)):
            mine = dots.marked == marked
            where, counts = np.unique(np.column_stack([dots.x[mine], dots.y[mine]]), axis=0, return_counts=True)
            for count in np.unique(counts):
                # of one size all are one mark, put many times: a third of the bytes
                here = where[counts == count]
                axes.scatter(
                    here[:, 0],
                    here[:, 1],
                    s=_DOT * count,
                    marker=symbol,
                    color=colour,
                    alpha=0.75,
                    linewidths=0.3,
                    edgecolors="white",
                    zorder=3,
                )
    axes.set_xlabel("ICC(2,1)" if figure.y_names else figure.x_label)
    axes.locator_params(axis="x", nbins=_TICKS)
    if figure.y_names:
        axes.set_yticks(range(len(figure.y_names)), figure.y_names)
        axes.set_ylim(-0.6, len(figure.y_names) - 0.4)
    else:
        axes.set_ylabel(figure.y_label)
        axes.locator_params(axis="y", nbins=_TICKS)


def _bars(axes: Axes, figure: Bars) -> None:
    wide = GROUP / len(figure.names)
    for name, row in enumerate(figure.values):
        middles = [bar_middle(figure, name, group) for group in range(len(figure.groups))]
        colour = _COLOURS[READERS[name % len(READERS)]]
        axes.bar(middles, np.nan_to_num(row), width=0.92 * wide, color=colour, label=figure.names[name])
    size = None if len(figure.groups) <= _MANY else 4.8
    axes.set_xticks(range(len(figure.groups)), figure.groups, fontsize=size)
    axes.set_xlabel(figure.x_label)
    axes.set_ylabel(figure.y_label)
    axes.legend(ncols=len(figure.names))
