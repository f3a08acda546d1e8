"""Images and form in one row, or one above the other on an upright screen; they share the room as its shape says."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from workstation.ui.reader.window.shape import shape
from workstation.ui.shared import theme


class Halves(QWidget):
    """Holds the images, what is put in beside them, and last the form, each as long as it is there."""

    def __init__(self, images: QWidget, form: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._form = form
        self._beside: QWidget | None = None
        self._outer = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        # what is put beside the images stays at their right where the form lies below
        self._inner = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        for layout in (self._outer, self._inner):
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(0)
        self._inner.addWidget(images, 1)
        self._column = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addLayout(self._inner, 1)
        self._outer.addLayout(self._column)
        self.take_form()

    def put_beside(self, widget: QWidget) -> None:
        """Have a widget between images and form; of its own width, which the images give."""
        self._inner.addWidget(widget)

    def put_below(self, widget: QWidget) -> None:
        """Have a widget below the images, as wide as they are; of its own height, which the images give."""
        self._column.addWidget(widget)

    def give_form(self) -> QWidget:
        """Let the form go to another window; the images have all of the room."""
        self._outer.removeWidget(self._form)
        self._share()
        return self._form

    def take_form(self) -> None:
        """Have the form again."""
        self._outer.addWidget(self._form)
        self._form.show()
        self._share()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the room anew."""
        super().resizeEvent(event)
        self._share()

    def fit_text(self) -> None:
        """Share the room anew for text of the size that is worn now."""
        self._share()

    def _share(self) -> None:
        found = shape(self.width(), self.height(), theme.scale())
        way = QBoxLayout.Direction.TopToBottom if found.below else QBoxLayout.Direction.LeftToRight
        self._outer.setDirection(way)
        whole = self.height() if found.below else self.width()
        self._outer.setStretch(0, whole - found.form_px)
        self._outer.setStretch(1, found.form_px)
        # at once: Qt has shared the room by what held before
        self._outer.activate()
