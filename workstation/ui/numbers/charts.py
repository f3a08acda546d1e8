"""Drawing of a figure with pyqtgraph: points, lines, bars and the map of sites. Decides nothing."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import Qt

from scoring.comparison.grades import Array
from workstation.numbers.figure import READERS, Bars, Curve, Dots, Figure, Line, Plot, SiteMap, Tint
from workstation.numbers.spots import GROUP, bar_middle
from workstation.ui.numbers.looks import Looks

DOT_PX: Final = 9
MARKED_PX: Final = 13
MOST_PX: Final = 34
# names of so many pairs fit under the map
MOST_NAMES: Final = 24
_ROOM: Final = 0.06
# lines through more points are drawn without smoothing
MOST_SMOOTH: Final = 200
_NEAR: Final = 0.001
_STRETCH: Final = 16
# above the tallest bar, for the names of readers
_HEADROOM: Final = 1.18
_LEFT: Final = 62
# of numbers and the name of the axis below; one that follows them was laid out too low on the first drawing
_BELOW: Final = 40
_MAP_LEFT: Final = 86
_NAMES_LEFT: Final = 128


def style(plot: Any, looks: Looks) -> None:  # noqa: ANN401 - pyqtgraph has no types
    """Axes, letters and ground."""
    for name in ("left", "bottom"):
        axis = plot.getAxis(name)
        axis.setPen(pg.mkPen(looks.grid))
        axis.setTextPen(pg.mkPen(looks.ink))
        # lines between lines can hardly be seen, and are most of what is painted
        axis.setStyle(maxTickLevel=1)
    plot.getViewBox().setBackgroundColor(None)


def draw(plot: Any, figure: Figure, looks: Looks) -> None:  # noqa: ANN401
    """Draw it into an empty plot, in whole."""
    for axis in ("left", "bottom"):
        plot.getAxis(axis).setTicks(None)
    # a width of its own: one that follows the numbers would lay the plot out, and draw it, a second time
    plot.getAxis("left").setWidth(_LEFT)
    plot.getAxis("bottom").setHeight(_BELOW)
    plot.getViewBox().invertY(False)
    match figure:
        case Plot():
            _plot(plot, figure, looks)
        case Bars():
            _bars(plot, figure, looks)
        case SiteMap():
            _site_map(plot, figure, looks)


def _plot(plot: Any, figure: Plot, looks: Looks) -> None:  # noqa: ANN401
    _labels(plot, figure.x_label, figure.y_label, looks)
    plot.showGrid(x=True, y=True, alpha=0.12)
    for line in figure.lines:
        _line(plot, line, looks)
    for curve in figure.curves:
        _curve(plot, curve, looks)
    for dots in figure.dots:
        _dots(plot, dots, looks, joined=figure.joined)
    if figure.y_names:
        plot.getAxis("left").setTicks([list(enumerate(figure.y_names))])
        plot.getAxis("left").setWidth(_NAMES_LEFT)
    _frame(plot, figure)


def _line(plot: Any, line: Line, looks: Looks) -> None:  # noqa: ANN401
    way = Qt.PenStyle.DashLine if line.dashed else Qt.PenStyle.SolidLine
    pen = pg.mkPen(looks.tints[line.tint], width=1.4, style=way)
    angle = 45 if line.value is None else 90 if line.upright else 0
    options: dict[str, Any] = {}
    if line.words:
        at = 0.9 if line.upright else 0.94
        options = {
            "label": line.words,
            "labelOpts": {"color": looks.tints[line.tint], "position": at, "movable": False},
        }
        options["labelOpts"]["anchors"] = [(0.5, 1.0), (0.5, 1.0)] if not line.upright else [(0.0, 0.5), (1.0, 0.5)]
    position: Any = (0.0, 0.0) if line.value is None else line.value
    plot.addItem(pg.InfiniteLine(position, angle=angle, pen=pen, **options), ignoreBounds=True)


def _curve(plot: Any, curve: Curve, looks: Looks) -> None:  # noqa: ANN401
    way = Qt.PenStyle.DashLine if curve.dashed else Qt.PenStyle.SolidLine
    pen = pg.mkPen(looks.tints[curve.tint], width=_width(curve), style=way)
    # Qt strokes a dashed path anew at each paint: what is straight anyway needs no corners
    kept = bends(curve.x, curve.y) if curve.dashed else slice(None)
    plot.addItem(_stroke(curve.x[kept], curve.y[kept], pen))


def _width(curve: Curve) -> float:
    """A thick line through many points is stroked anew at each paint; a fine one of as many shows as much."""
    if curve.dashed:
        return 1.4
    return 1.0 if curve.x.size > MOST_SMOOTH else 2.4


def _stroke(x: Array, y: Array, pen: Any) -> Any:  # noqa: ANN401
    """A line through points; of many ones each stretch by itself and unsmoothed, which Qt draws ten times as fast."""
    many = x.size > MOST_SMOOTH
    return pg.PlotCurveItem(x, y, pen=pen, antialias=not many, segmentedLineMode="on" if many else "auto")


def bends(x: Array, y: Array) -> NDArray[np.intp]:
    """The points that a line needs: stretches that are straight to a thousandth of its height have their ends alone."""
    ends = np.unique(np.append(np.arange(0, x.size, _STRETCH), x.size - 1))
    off = np.abs(np.interp(x, x[ends], y[ends]) - y)
    bent = np.maximum.reduceat(off, ends) > _NEAR * float(y.max() - y.min())
    kept = bent[np.searchsorted(ends, np.arange(x.size), side="right") - 1]
    kept[ends] = True
    return np.flatnonzero(kept)


def _dots(plot: Any, dots: Dots, looks: Looks, *, joined: bool) -> None:  # noqa: ANN401
    if joined:
        plot.addItem(_stroke(dots.x, dots.y, _pen(looks.tints[dots.tint] + "55")))
    for marked, symbol, size in ((False, "o", DOT_PX), (True, "d", MARKED_PX)):
        mine = dots.marked == marked
        if mine.any():
            colour = looks.tints[dots.tint] if not marked else looks.tints[Tint.LIMIT]
            # of points in one place one is drawn, its area by their number, as in the report
            where, counts = np.unique(np.column_stack([dots.x[mine], dots.y[mine]]), axis=0, return_counts=True)
            points = _points(plot, symbol, colour)
            points.setData(
                where[:, 0],
                where[:, 1],
                symbol=symbol,
                size=np.minimum(size * np.sqrt(counts), MOST_PX),
                pen=_pen(looks.ground, 0.8),
                brush=_brush(colour + "c8"),
            )
            plot.addItem(points)


def _points(plot: Any, symbol: str, colour: str) -> Any:  # noqa: ANN401
    """The item of a plot for such points: kept, with the pictures of its symbols, from one figure to the next."""
    kept: dict[tuple[str, str], Any] = plot.__dict__.setdefault("ramris_points", {})
    name = symbol, colour
    if name not in kept or kept[name].scene() is not None:
        kept[name] = pg.ScatterPlotItem()
    return kept[name]


@cache
def _pen(colour: str, width: float = 1.0) -> Any:  # noqa: ANN401
    return pg.mkPen(colour, width=width)


@cache
def _brush(colour: str) -> Any:  # noqa: ANN401
    return pg.mkBrush(colour)


def _bars(plot: Any, figure: Bars, looks: Looks) -> None:  # noqa: ANN401
    _labels(plot, figure.x_label, figure.y_label, looks)
    plot.showGrid(x=False, y=True, alpha=0.12)
    wide = GROUP / len(figure.names)
    legend = plot.addLegend(offset=(-8, 8), labelTextColor=looks.ink, brush=None, pen=None)
    for name, row in enumerate(figure.values):
        x = np.array([bar_middle(figure, name, group) for group in range(len(figure.groups))])
        colour = looks.tints[READERS[name % len(READERS)]]
        bars = pg.BarGraphItem(
            x=x, height=np.nan_to_num(row), width=wide * 0.92, brush=colour, pen=pg.mkPen(looks.ground, width=0.6)
        )
        plot.addItem(bars)
        legend.addItem(bars, figure.names[name])
    plot.getAxis("bottom").setTicks([list(enumerate(figure.groups))])
    top = max(float(np.nanmax(figure.values)) if np.isfinite(figure.values).any() else 1.0, 1e-9)
    plot.setXRange(-0.6, len(figure.groups) - 0.4, padding=0)
    plot.setYRange(0, top * _HEADROOM, padding=0)


def _site_map(plot: Any, figure: SiteMap, looks: Looks) -> None:  # noqa: ANN401
    _labels(plot, "Pairs", "", looks)
    plot.showGrid(x=False, y=False)
    rows, columns = figure.values.shape
    plot.getViewBox().invertY(True)
    image = pg.ImageItem(np.nan_to_num(figure.values), axisOrder="row-major")
    image.setLookupTable(looks.shades())
    image.setLevels((-figure.reach, figure.reach))
    plot.addItem(image)
    missing_y, missing_x = np.nonzero(np.isnan(figure.values))
    if missing_x.size:
        plot.addItem(
            pg.ScatterPlotItem(
                missing_x + 0.5, missing_y + 0.5, symbol="x", size=6, brush=looks.dim, pen=pg.mkPen(None)
            )
        )
    names = list(figure.row_names())
    plot.getAxis("left").setTicks([[(row + 0.5, f"{feature} {site}") for row, (feature, site) in enumerate(names)]])
    plot.getAxis("left").setWidth(_MAP_LEFT)
    step = max(1, -(-columns // MOST_NAMES))
    plot.getAxis("bottom").setTicks([[(column + 0.5, figure.keys[column]) for column in range(0, columns, step)]])
    start = 0
    for _, count in figure.features[:-1]:
        start += count
        plot.addItem(pg.InfiniteLine(start, angle=0, pen=pg.mkPen(looks.ink, width=1.2)), ignoreBounds=True)
    plot.setXRange(0, columns, padding=0.01)
    plot.setYRange(0, rows, padding=0.01)


def _labels(plot: Any, x: str, y: str, looks: Looks) -> None:  # noqa: ANN401
    for side, words in (("bottom", x), ("left", y)):
        # to say the same again would lay the plot out, and draw it, a second time
        if plot.getAxis(side).labelText != words:
            plot.setLabel(side, words, color=looks.dim)


def _frame(plot: Any, figure: Plot) -> None:  # noqa: ANN401
    """Everything that the figure is about, limits included, with a little room."""
    across = [*(dots.x for dots in figure.dots), *(curve.x for curve in figure.curves)]
    upward = [*(dots.y for dots in figure.dots), *(curve.y for curve in figure.curves)]
    across += [np.array([line.value]) for line in figure.lines if line.value is not None and line.upright]
    upward += [np.array([line.value]) for line in figure.lines if line.value is not None and not line.upright]
    x, y = np.concatenate(across), np.concatenate(upward)
    if any(line.value is None for line in figure.lines):
        x = y = np.concatenate([x, y])
    for values, set_range in ((x, plot.setXRange), (y, plot.setYRange)):
        low, high = float(values.min()), float(values.max())
        room = _ROOM * max(high - low, 1.0)
        set_range(low - room, high + room, padding=0)
