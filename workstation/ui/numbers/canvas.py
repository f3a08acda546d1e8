"""Canvas of a figure: draws it, follows the mouse, keeps one spot chosen and rings round those that are marked."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from workstation.numbers.figure import Figure, Nothing, SiteMap, Wrists
from workstation.numbers.spots import Spots, spots_of
from workstation.ui.numbers import charts
from workstation.ui.numbers.axis import Axis
from workstation.ui.numbers.looks import DARK, Looks
from workstation.ui.numbers.wrist_drawing import draw_wrists

# at the end of the process pyqtgraph would touch items whose scene is gone already, which ends in a fault of memory
pg.setConfigOptions(exitCleanup=False)
# the mouse takes the nearest spot that is no farther
NEAR_PX: Final = 24
RING_PX: Final = 19
MARK_PX: Final = 17
CLOSER: Final = 0.8
NONE: Final = -1


class Canvas(QStackedWidget):
    """One figure. `chose`: another spot, or none, is chosen; `clicked`: a spot, and whether Shift was held."""

    chose = Signal(int)
    clicked = Signal(int, bool)

    def __init__(self, parent: QWidget | None = None, looks: Looks = DARK) -> None:
        super().__init__(parent)
        self.setAccessibleName("Figure")
        self._looks = looks
        self._figure: Figure | None = None
        self.spots = Spots(np.empty(0), np.empty(0), (), str)
        self.chosen = NONE
        self._marks: Collection[str] = ()
        self._charts: Any = pg.GraphicsLayoutWidget(self)
        self._drawings: Any = pg.GraphicsLayoutWidget(self)
        for view in (self._charts, self._drawings):
            view.setBackground(looks.ground)
            view.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            view.viewport().setMouseTracking(True)
            self.addWidget(view)
        self.plot: Any = self._charts.addPlot(axisItems={side: Axis(side) for side in ("left", "bottom")})
        self.plot.setMenuEnabled(False)
        self.plot.hideButtons()
        charts.style(self.plot, looks)
        self.wrists: Any = self._drawings.addViewBox(lockAspect=True, enableMenu=False)
        self.wrists.invertY(True)
        for view in (self._charts, self._drawings):
            view.scene().sigMouseMoved.connect(self._moved)
            view.scene().sigMouseClicked.connect(self._clicked)
        self._ring = pg.ScatterPlotItem(
            symbol="o", size=RING_PX, pen=pg.mkPen(looks.chosen, width=2.2), brush=None, pxMode=True
        )
        self._marked = pg.ScatterPlotItem(
            symbol="s", size=MARK_PX, pen=pg.mkPen(looks.chosen, width=1.4), brush=None, pxMode=True
        )

    @property
    def key(self) -> str:
        """The enrolment of the spot that is chosen, "" without one."""
        return self.spots.keys[self.chosen] if self.chosen != NONE else ""

    def show_figure(self, figure: Figure, marks: Collection[str] = ()) -> None:
        """Draw it. The case that was chosen is chosen still, where the figure has it."""
        kept = self.key
        self._figure, self.spots, self._marks, self.chosen = figure, spots_of(figure), marks, NONE
        for item in (self._ring, self._marked):
            if item.scene() is not None:
                item.getViewBox().removeItem(item)
        if isinstance(figure, Wrists):
            self.wrists.clear()
            draw_wrists(self.wrists, figure, self._looks)
            self.setCurrentWidget(self._drawings)
        elif not isinstance(figure, Nothing):
            self._clear()
            charts.draw(self.plot, figure, self._looks)
            self.setCurrentWidget(self._charts)
        for item in (self._marked, self._ring):
            item.clear()
            self._view.addItem(item, ignoreBounds=True)
        # what follows the view moves now: left to the paint, it would ask for a second one
        self.scene().prepareForPaint()
        self.show_marks(marks)
        if kept and kept in self.spots.keys:
            self.choose(list(self.spots.keys).index(kept))

    def choose(self, spot: int) -> None:
        """Choose a spot, or none."""
        self.chosen = spot
        if spot == NONE:
            self._ring.clear()
        else:
            self._ring.setData([self.spots.x[spot]], [self.spots.y[spot]])
        self.chose.emit(spot)

    def step(self, by: int) -> None:
        """The next spot, or the one before; from none the first."""
        count = len(self.spots.keys)
        if count:
            self.choose(max(0, min(count - 1, self.chosen + by)) if self.chosen != NONE else 0)

    def step_down(self, rows: int) -> None:
        """A row further down or up, where there are rows."""
        there = self.chosen + rows * self.spots.down
        if self.spots.down and self.chosen != NONE and 0 <= there < len(self.spots.keys):
            self.choose(there)

    def step_marked(self) -> None:
        """The next spot that stands out; behind the last the first."""
        found = np.flatnonzero(self.spots.marked)
        if found.size:
            later = found[found > self.chosen]
            self.choose(int(later[0] if later.size else found[0]))

    def show_marks(self, marks: Collection[str]) -> None:
        """Squares round the spots of these enrolments; on the map of sites none: the list has them."""
        self._marks = marks
        self._marked.clear()
        if marks and not isinstance(self._figure, SiteMap):
            mine = [spot for spot, key in enumerate(self.spots.keys) if key in marks]
            self._marked.setData(self.spots.x[mine], self.spots.y[mine])

    def zoom(self, factor: float) -> None:
        """Closer (below 1) or farther, about the chosen spot or the middle."""
        middle = QPointF(self.spots.x[self.chosen], self.spots.y[self.chosen]) if self.chosen != NONE else None
        self._view.scaleBy((factor, factor), center=middle)

    def show_all(self) -> None:
        """The whole figure again."""
        if self._figure is not None:
            chosen = self.chosen
            self.show_figure(self._figure, self._marks)
            self.choose(chosen)

    def scene(self) -> Any:  # noqa: ANN401
        """What is drawn."""
        return self.shown.scene()

    @property
    def shown(self) -> Any:  # noqa: ANN401
        """The view in front."""
        return self.currentWidget()

    @property
    def _view(self) -> Any:  # noqa: ANN401 - pyqtgraph has no types
        return self.wrists if self.currentWidget() is self._drawings else self.plot.getViewBox()

    def _clear(self) -> None:
        self.plot.clear()
        if self.plot.legend is not None:
            self.plot.legend.scene().removeItem(self.plot.legend)
            self.plot.legend = None

    def _moved(self, at: QPointF) -> None:
        spot = self._nearest(at)
        if spot not in {NONE, self.chosen}:
            self.choose(spot)

    def _clicked(self, event: Any) -> None:  # noqa: ANN401
        spot = self._nearest(event.scenePos())
        if spot != NONE and event.button() == Qt.MouseButton.LeftButton:
            event.accept()
            self.choose(spot)
            self.clicked.emit(spot, bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))

    def _nearest(self, at: QPointF) -> int:
        """The spot under the mouse: a cell of the map, or the nearest one within reach."""
        view = self._view
        if not len(self.spots.keys) or not view.sceneBoundingRect().contains(at):
            return NONE
        point = view.mapSceneToView(at)
        if isinstance(self._figure, SiteMap):
            rows, columns = self._figure.values.shape
            column, row = int(np.floor(point.x())), int(np.floor(point.y()))
            return row * columns + column if 0 <= column < columns and 0 <= row < rows else NONE
        wide, high = view.viewPixelSize()
        distance = np.hypot((self.spots.x - point.x()) / wide, (self.spots.y - point.y()) / high)
        nearest = int(np.argmin(distance))
        return nearest if distance[nearest] <= NEAR_PX else NONE
