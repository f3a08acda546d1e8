"""Controls as a screen reader and a keyboard find them: those without a name, or whose focus can't be seen."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QWidget,
)

CONTROLS = (QAbstractButton, QAbstractItemView, QAbstractSpinBox, QComboBox, QLabel, QLineEdit, QMenu)
# pixels that must change round a control when it gets the focus
SEEN = 20


def of(window: QWidget) -> Iterator[QWidget]:
    """The window and all in it that is in sight and of our making; Qt's own parts inside a control aren't."""
    for widget in [window, *window.findChildren(QWidget)]:
        if widget.window() is window.window() and widget.isVisible() and not widget.objectName().startswith("qt_"):
            yield widget


def nameless(window: QWidget) -> list[str]:
    """Controls, and whatever takes the focus, of which a screen reader says nothing. A label without text is none."""
    return [
        f"{type(widget).__name__} in {type(widget.parent()).__name__}"
        for widget in of(window)
        if (isinstance(widget, CONTROLS) or widget.focusPolicy() != Qt.FocusPolicy.NoFocus or widget is window)
        and not (isinstance(widget, QLabel) and not widget.text())
        and not QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)
    ]


def unseen(window: QWidget) -> list[str]:
    """Controls that take the focus by the keyboard, and look the same with it and without."""
    able = [
        widget
        for widget in of(window)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isEnabled() and widget.focusProxy() is None
        and not isinstance(widget, QHeaderView)
    ]  # fmt: skip
    found = []
    for widget in able:
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        QApplication.processEvents()
        with_focus = _grabbed(window)
        widget.clearFocus()
        QApplication.processEvents()
        around = QRect(widget.mapTo(window, QPoint(0, 0)), widget.size()).adjusted(-3, -3, 3, 3)
        if _differing(with_focus, _grabbed(window), around) < SEEN:
            found.append(f"{type(widget).__name__} {widget.accessibleName()}")
    return found


def _grabbed(window: QWidget) -> QImage:
    return window.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def _differing(one: QImage, other: QImage, area: QRect) -> int:
    inside = area.intersected(one.rect())
    return sum(
        one.pixel(x, y) != other.pixel(x, y)
        for y in range(inside.top(), inside.bottom() + 1)
        for x in range(inside.left(), inside.right() + 1)
    )
