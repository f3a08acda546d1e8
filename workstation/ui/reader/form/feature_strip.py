"""The features as tabs, each with how much of it is read."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from scoring.schemes.scheme import Feature
from workstation.reading.progress import Progress, feature_progress
from workstation.reading.state import SessionState
from workstation.ui.shared import theme


class FeatureTab(QAbstractButton):
    """One feature: its name, n/m, and a bar that fills."""

    def __init__(self, feature: Feature, parent: QWidget) -> None:
        super().__init__(parent)
        self._feature = feature
        self._progress = Progress(0, 1)
        self.setText(feature.name)
        self.setToolTip(feature.name)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Two lines and the bar."""
        return QSize(100, theme.scaled(46))

    def minimumSizeHint(self) -> QSize:
        """Room for a code: where the name doesn't fit, that stands for it."""
        return QSize(theme.scaled(44), theme.scaled(46))

    def render_progress(self, progress: Progress, current: bool) -> None:
        """Draw this progress; `current` is the feature in focus. The same again paints nothing."""
        if (progress, current) == (self._progress, self.isChecked()) and self.accessibleName():
            return
        self._progress = progress
        self.setChecked(current)
        here = ", in focus" if current else ""
        self.setAccessibleName(f"{self._feature.name}, {progress.answered} of {progress.wanted} read{here}")
        self.update()

    def nextCheckState(self) -> None:
        """A click asks for the feature; only the state checks the tab."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Name, n/m with a sign when complete, bar."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            area = self.rect().adjusted(2, 0, -2, 0)
            if self.isChecked():
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(theme.RAISED))
                painter.drawRoundedRect(QRectF(area), 4, 4)
            name = QFont(self.font())
            name.setPixelSize(theme.TEXT_PX)
            name.setBold(self.isChecked())
            if QFontMetrics(name).horizontalAdvance(self.text()) > area.width():
                name.setPixelSize(theme.SMALL_PX)
            painter.setFont(name)
            painter.setPen(QColor(theme.BRIGHT if self.isChecked() else theme.TEXT))
            centred = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(
                QRect(area.left(), 4, area.width(), theme.scaled(17)),
                centred,
                self._title(QFontMetrics(name), area.width()),
            )
            count = QFont(self.font())
            count.setPixelSize(theme.SMALL_PX)
            painter.setFont(count)
            done = self._progress.complete
            painter.setPen(QColor(theme.SAVED if done else theme.DIM))
            text = f"{self._progress.answered}/{self._progress.wanted}"
            painter.drawText(QRect(area.left(), theme.scaled(22), area.width(), theme.scaled(15)), centred, text)
            bar = QRectF(area.left() + 8, self.height() - 5, area.width() - 16, 3)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.LINE))
            painter.drawRoundedRect(bar, 1.5, 1.5)
            bar.setWidth(bar.width() * self._progress.answered / max(self._progress.wanted, 1))
            painter.setBrush(QColor(theme.SAVED if done else theme.ACCENT))
            painter.drawRoundedRect(bar, 1.5, 1.5)

    def _title(self, metrics: QFontMetrics, width: int) -> str:
        """The name, or the code where it doesn't fit: beginnings of names may be alike."""
        fits = metrics.horizontalAdvance(self._feature.name) <= width
        return self._feature.name if fits else str(self._feature.code)


class FeatureStrip(QWidget):
    """All features side by side. Emits by how many features to move when a tab is clicked."""

    asked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Features")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(2)
        self._tabs: list[FeatureTab] = []
        self._here = 0

    def fit_text(self) -> None:
        """Tabs for text of the size that is worn now."""
        for tab in self._tabs:
            tab.updateGeometry()
            tab.update()

    def render_state(self, state: SessionState) -> None:
        """Draw the progress of every feature."""
        features = state.scheme.features
        if [tab.text() for tab in self._tabs] != [feature.name for feature in features]:
            self._build(features)
        for index, (tab, feature) in enumerate(zip(self._tabs, features, strict=True)):
            current = feature.code == state.focus.feature
            if current:
                self._here = index
            tab.render_progress(feature_progress(state, feature.code), current)

    def _build(self, features: tuple[Feature, ...]) -> None:
        for tab in self._tabs:
            self._row.removeWidget(tab)
            tab.deleteLater()
        self._tabs = [FeatureTab(feature, self) for feature in features]
        for index, tab in enumerate(self._tabs):
            self._row.addWidget(tab)
            tab.clicked.connect(partial(self._clicked, index))

    def _clicked(self, index: int, _checked: bool = False) -> None:
        if index != self._here:
            self.asked.emit(index - self._here)
