"""Viewport: one cell with a slice, what is written over it, and the mouse.

A plain widget that paints itself at once, without a scene. Every gesture becomes a command; movements within one turn
of the event loop become one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from workstation.actions.mouse import BUTTONS, SHIPPED_MOUSE, WHEEL, Does
from workstation.imaging.turning import axes_of
from workstation.reading.answers.measuring import DrawElsewhere
from workstation.reading.answers.site_rings import GoToSiteAt
from workstation.reading.command import Command
from workstation.reading.images import gestures
from workstation.reading.images.view import JumpBack, JumpTo, Pan, SetWindow, Zoom
from workstation.reading.seen_slices import Part
from workstation.reading.view_state import Window
from workstation.ui.reader.images import overlay
from workstation.ui.reader.images.mark_overlay import draw_marks
from workstation.ui.reader.images.slice_image import SliceImage
from workstation.ui.reader.images.stroke import Stroke
from workstation.ui.reader.images.view import CellView, EmptyView, SeriesView
from workstation.ui.reader.images.volumes import Loaded, Loading, Pixels
from workstation.ui.reader.strip.series_drop import series_in

if TYPE_CHECKING:
    from workstation.ui.reader.images.compared_image import ComparedImage

_NONE = Loading()
_Button = Qt.MouseButton
_Key = Qt.KeyboardModifier
_NAMES = dict(zip((_Button.LeftButton, _Button.MiddleButton, _Button.RightButton), BUTTONS, strict=True))
# a click with one of these held is none of ours
_OTHER_CLICK = _Key.ShiftModifier | _Key.ControlModifier


class _Drag(Struct):
    """A button held down: what it does, where it began, and the window then. idle_tool: it would draw elsewhere."""

    does: Does
    button: Qt.MouseButton
    start: QPointF
    last: QPointF
    window: Window
    moved: bool = False
    idle_tool: bool = False


class _Pending(Struct):
    """Movements since the last command was sent."""

    wheel: int = 0
    wheel_alone: int = 0
    zoom: float = 1.0
    zoom_at: QPointF | None = None
    pan_px: QPointF | None = None
    window: Window | None = None


class Viewport(QWidget):
    """Draws what it is shown, and says what the reader wants. `mm_per_pixel` is per pixel of the layout."""

    wanted = Signal(Command)
    resized = Signal()
    enlarging = Signal()
    # it will be painted at once, and: it was
    painting = Signal()
    painted = Signal()
    # at this place of the screen
    menu_wanted = Signal(QPoint)
    # a series, by its code, was let go of here
    dropped = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        # nothing shines through, so that Qt paints no ground below
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._slice = SliceImage()
        self._over: ComparedImage | None = None
        self._view: CellView | None = None
        self._pixels: Pixels = Loading()
        self.mm_per_pixel = 1.0
        self.mouse = SHIPPED_MOUSE
        self._drag: _Drag | None = None
        self._pointed = False
        self._under: QPointF | None = None
        self._stroke: Stroke | None = None
        self._pending = _Pending()
        self._sending = QTimer(self)
        self._sending.setSingleShot(True)
        self._sending.setInterval(0)
        self._sending.timeout.connect(self._send)

    def sizeHint(self) -> QSize:
        """Any size: the grid gives all cells the same."""
        return QSize(400, 400)

    @property
    def view(self) -> CellView | None:
        """What is drawn now."""
        return self._view

    def show_view(
        self,
        view: CellView,
        pixels: Pixels,
        mm_per_pixel: float,
        other: Pixels = _NONE,
        ready: SliceImage | None = None,
    ) -> bool:
        """Draw this; whether that is anything new. The same again paints nothing.

        other: pixels of the visit that it is compared with. ready: what draws the slice already.
        """
        before = (self._view, self._pixels, self.mm_per_pixel)
        self._slice = ready or self._slice
        self._view, self._pixels, self.mm_per_pixel = view, pixels, mm_per_pixel
        if isinstance(view, SeriesView) and isinstance(pixels, Loaded):
            changed = self._slice.show_slice(
                pixels.volume, view.index, view.window, inverted=view.inverted, smooth=view.smooth
            )
        else:
            changed = self._slice.clear()
        changed = changed or ready is not None
        changed = self._compare(view, pixels, other) or changed
        if not changed and before == (view, pixels, mm_per_pixel):
            return False
        self.setAccessibleName(view.accessible_name)
        self.update()
        return True

    def get_ready(self) -> None:
        """Have the picture at hand that is painted next; on any thread, while the window's own waits."""
        if isinstance(self._view, SeriesView):
            self._slice.get_ready(self._on_screen(self._view), self.size(), self.devicePixelRatioF())

    def _compare(self, view: CellView, pixels: Pixels, other: Pixels) -> bool:
        """Whether anything is new in what lies over the slice."""
        if self._over is None and isinstance(view, SeriesView) and view.compared is not None:
            # needed by who compares alone
            from workstation.ui.reader.images.compared_image import ComparedImage  # noqa: PLC0415 - see above

            self._over = ComparedImage()
        return self._over is not None and self._over.show(view, pixels, other)

    @property
    def in_sight(self) -> tuple[str, int, Part] | None:
        """Series, slice and part of the image that can be seen now; None where nothing can be told from it.

        That is while its pixels aren't there, all of it is black or white, it is hidden, or something lies over it.
        """
        view = self._view
        if not isinstance(view, SeriesView) or not isinstance(self._pixels, Loaded) or not self.isVisible():
            return None
        if view.compared is not None or view.source is not None:
            return None
        if view.window.low >= view.series.maximum or view.window.high <= view.series.minimum:
            return None
        window = self.window()
        if window.childAt(self.mapTo(window, self.rect().center())) is not self:
            return None
        half = (self.width() * self.mm_per_pixel / 2, self.height() * self.mm_per_pixel / 2)
        return view.series.code, view.index, view.part_within(half)

    @property
    def to_screen(self) -> QTransform:
        """Millimetres of the plane shown to places in this widget."""
        return to_screen(self._view, self.size(), self.mm_per_pixel)

    def _on_screen(self, view: SeriesView) -> QRectF:
        """Where the whole slice lies in this widget."""
        return self.to_screen.mapRect(QRectF(*view.corner_mm, *view.size_mm))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The slice, and the writing over it in pixels of the widget."""
        self.painting.emit()
        # the painter ends also where something fails: Qt crashes on a widget whose painter is still active
        with QPainter(self) as painter:
            # Qt then draws thin lines 20 times faster than by the clip that the window's painting has by itself
            painter.setClipRect(self.rect())
            view = self._view
            if isinstance(view, SeriesView):
                to_screen = self.to_screen
                self._slice.paint(painter, self._on_screen(view), self.size(), self.devicePixelRatioF())
                if self._over is not None:
                    self._over.paint(painter, view, to_screen, self.size(), self.devicePixelRatioF())
                overlay.draw_series(painter, QRectF(self.rect()), view, self._pixels, to_screen)
                overlay.draw_value(painter, QRectF(self.rect()), self.value_text)
                self.painted.emit()
                draw_marks(painter, view, _from_stored(view) * to_screen, self._stroke.mark if self._stroke else None)
                return
            painter.fillRect(self.rect(), Qt.GlobalColor.black)
            if isinstance(view, EmptyView):
                overlay.draw_empty(painter, QRectF(self.rect()), view)

    @property
    def value_text(self) -> str:
        """The stored value of the pixel under the mouse; nothing where there is none."""
        view, pixels = self._view, self._pixels
        if self._under is None or not isinstance(view, SeriesView) or not isinstance(pixels, Loaded):
            return ""
        row, column = (round(at) for at in self._pixel_under(view, self._under))
        slices, rows, columns = pixels.volume.shape
        if not (view.index < slices and 0 <= row < rows and 0 <= column < columns):
            return ""
        return f"value {pixels.volume[view.index, row, column]:,}"

    def leaveEvent(self, event: QEvent) -> None:
        """No pixel is under the mouse any more."""
        super().leaveEvent(event)
        self._point(None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The grid fits the images again."""
        super().resizeEvent(event)
        self.resized.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll, of one visit or both, or zoom."""
        if not isinstance(self._view, SeriesView):
            event.ignore()
            return
        # with Shift or Alt some systems turn the wheel sideways
        angle = event.angleDelta().y() or event.angleDelta().x()
        match self._does(WHEEL, event.modifiers()):
            case Does.ZOOM:
                self._pending.zoom *= gestures.zoom_by_wheel(angle)
                self._pending.zoom_at = event.position()
            case Does.SLICES_ALONE:
                self._pending.wheel_alone += angle
            case Does.SLICES:
                self._pending.wheel += angle
            case _:
                pass
        event.accept()
        self._sending.start()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold, for what the mouse does with this button."""
        event.accept()
        self._pointed = False
        if not isinstance(self._view, SeriesView) or self._drag is not None:
            return
        if self._view.tool and event.button() == _Button.LeftButton and not event.modifiers():
            self._stroke = Stroke(self._view, self._drawn_point(self._view, event.position()), self.mm_per_pixel)
            return
        button = _NAMES.get(event.button())
        if button is not None:
            idle = self._view.idle_tool and event.button() == _Button.LeftButton and not event.modifiers()
            # whoever draws doesn't want another window
            does, at = Does.NOTHING if idle else self._does(button, event.modifiers()), event.position()
            self._drag = _Drag(does, event.button(), at, at, self._view.window, idle_tool=idle)

    def _does(self, what: str, held: Qt.KeyboardModifier) -> Does:
        shift, ctrl = bool(held & _Key.ShiftModifier), bool(held & _Key.ControlModifier)
        return self.mouse.does(what, shift=shift, ctrl=ctrl)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Add the way moved to what is sent next."""
        event.accept()
        if self._stroke is not None:
            if isinstance(self._view, SeriesView):
                self._stroke.go_on(self._drawn_point(self._view, event.position()))
            self.update()
            return
        drag = self._drag
        if drag is None:
            self._point(event.position())
        if drag is None or not isinstance(self._view, SeriesView):
            return
        way = event.position() - drag.start
        if not drag.moved and way.manhattanLength() < QApplication.startDragDistance() / 2:
            return
        drag.moved = True
        step, drag.last = event.position() - drag.last, event.position()
        match drag.does:
            case Does.WINDOW:
                self._pending.window = gestures.dragged_window(drag.window, way.x(), way.y())
            case Does.PAN:
                self._pending.pan_px = (self._pending.pan_px or QPointF()) + step
            case Does.ZOOM:
                self._pending.zoom *= gestures.zoom_by_drag(step.y())
                self._pending.zoom_at = drag.start
            case Does.SLICES:
                self._pending.wheel += gestures.notches_by_drag(step.y())
            case _:
                pass
        self._sending.start()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        event.accept()
        if self._stroke is not None and event.button() == _Button.LeftButton:
            stroke, self._stroke = self._stroke, None
            self.update()
            command = stroke.end(self._view, self._pixels) if isinstance(self._view, SeriesView) else None
            if command is not None:
                self.wanted.emit(command)
            return
        drag = self._drag
        if not event.buttons():
            self._drag = None
        if drag is not None and drag.moved and drag.idle_tool and isinstance(self._view, SeriesView):
            self.wanted.emit(DrawElsewhere(self._view.source is not None))
        clicked = drag is not None and not drag.moved and drag.button == event.button()
        if clicked and event.button() == _Button.RightButton:
            self.menu_wanted.emit(event.globalPosition().toPoint())
            return
        if clicked and event.button() == _Button.LeftButton and not event.modifiers() & _OTHER_CLICK:
            self._point_at(event.position(), site=bool(event.modifiers() & _Key.AltModifier))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """A series of the strip may be let go of here, nothing else."""
        if series_in(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """A series of the strip comes into this row."""
        code = series_in(event.mimeData())
        if code:
            event.acceptProposedAction()
            self.dropped.emit(code)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """This cell alone, or all again."""
        event.accept()
        # while a tool is in hand two strokes may follow each other fast
        if event.button() == _Button.LeftButton and not (isinstance(self._view, SeriesView) and self._view.tool):
            if self._pointed:
                self._pointed = False
                self.wanted.emit(JumpBack())
            self.enlarging.emit()

    def _plane_point(self, position: QPointF) -> tuple[float, float]:
        """Millimetres of the plane under a place of the widget."""
        point = self.to_screen.inverted()[0].map(position)
        return point.x(), point.y()

    def _drawn_point(self, view: SeriesView, position: QPointF) -> tuple[float, float]:
        """The same in the plane as it is stored: what is drawn stays true however the picture is turned."""
        point = _from_stored(view).inverted()[0].map(QPointF(*self._plane_point(position)))
        return point.x(), point.y()

    def _point_at(self, position: QPointF, *, site: bool) -> None:
        """Put the cursor on the point under the mouse, in every plane; or the focus on the site there."""
        view = self._view
        # coordinates of a frame of its own mean nothing in the others
        if not isinstance(view, SeriesView) or view.own_coordinates:
            return
        if QRectF(*view.corner_mm, *view.size_mm).contains(QPointF(*self._plane_point(position))):
            row, column = self._pixel_under(view, position)
            if site:
                self.wanted.emit(GoToSiteAt(view.visit, view.stack.pixel_to_mm(view.index, row, column)))
                return
            self._pointed = True
            self.wanted.emit(JumpTo(view.visit, view.stack.pixel_to_mm(view.index, row, column)))

    def _pixel_under(self, view: SeriesView, position: QPointF) -> tuple[float, float]:
        """Row and column under a place of the widget; centres of pixels have whole numbers."""
        (right, down), corner, (row_mm, column_mm) = self._plane_point(position), view.corner_mm, view.stack.spacing_mm
        # the corner is half a pixel before the centre of the first
        return (down - corner[1]) / row_mm - 0.5, (right - corner[0]) / column_mm - 0.5

    def _point(self, at: QPointF | None) -> None:
        """Tell the value there; the image itself stays as it is painted."""
        before, self._under = self.value_text, at
        if self.value_text != before:
            self.update(overlay.value_area(QRectF(self.rect())))

    def _send(self) -> None:
        pending, view = self._pending, self._view
        self._pending = _Pending()
        if not isinstance(view, SeriesView):
            return
        scroll, self._pending.wheel = gestures.whole_notches(pending.wheel)
        alone, self._pending.wheel_alone = gestures.whole_notches(pending.wheel_alone)
        # turned towards the reader, a wheel goes on to the next slice
        if scroll:
            self.wanted.emit(view.moved_by(-scroll))
        if alone:
            self.wanted.emit(view.moved_by(-alone, alone=True))
        if pending.window is not None:
            self.wanted.emit(SetWindow(view.series.code, pending.window.low, pending.window.high))
        if pending.pan_px is not None:
            right, down = pending.pan_px.x() * self.mm_per_pixel, pending.pan_px.y() * self.mm_per_pixel
            self.wanted.emit(Pan(view.series.pane, right, down))
        if pending.zoom != 1.0 and pending.zoom_at is not None:
            self._zoom_about(view, pending.zoom, pending.zoom_at)

    def _zoom_about(self, view: SeriesView, factor: float, at: QPointF) -> None:
        """Zoom, and then shift this plane so that what was under the mouse still is."""
        before, scale = self._plane_point(at), self.mm_per_pixel
        self.wanted.emit(Zoom(factor))
        # by now the new state is drawn; at the end of the range nothing has changed, and nothing is to be shifted
        if self.mm_per_pixel != scale:
            right, down = self._plane_point(at)
            self.wanted.emit(Pan(view.series.pane, right - before[0], down - before[1]))


def to_screen(view: CellView | None, size: QSize, mm_per_pixel: float) -> QTransform:
    """Millimetres of the plane that a cell of that size shows to places in it."""
    right, down = view.centre_mm if isinstance(view, SeriesView) else (0.0, 0.0)
    scale = 1 / mm_per_pixel
    return QTransform(scale, 0, 0, scale, size.width() / 2 - right * scale, size.height() / 2 - down * scale)


def _from_stored(view: SeriesView) -> QTransform:
    """Millimetres of the stored plane to those of the plane as it is shown; both from the patient's origin."""
    a, b, c, d = axes_of(view.series.turn)
    return QTransform(a, c, b, d, 0, 0)
