"""Feedback on a signed case of a calibration: verdict, measures, and each site that differs from the reference.

A line goes to its site, where the reference saw it. Colours never speak alone: each line says in words what they mean.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QBrush, QColor, QKeyEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from scoring.calibration.feedback import Closeness, SiteFeedback, by_feature, farthest_first
from scoring.calibration.words import feature_line, measure_line, site_line, verdict
from scoring.readings.reading import SiteKey
from storage.records import Vector3
from storage.study.calibrating.stand import Stand
from workstation.ui.reader.closing.measures_figure import MeasuresFigure
from workstation.ui.reader.closing.wanted_site import WantedSite
from workstation.ui.shared.labels import plain_label

# Okabe and Ito's blue and vermilion, light enough for the dark ground: told apart by everybody
COLOURS: Final = {Closeness.NEAR: "#8cc8f0", Closeness.FAR: "#f0a070", Closeness.SCORABLE: "#f0a070"}
HINT: Final = "What differs, farthest first: arrows, Return or a click goes there. Ctrl+Return comes back."
ALL_SAME: Final = "Every site is graded as the reference has it."


class FeedbackList(QListWidget):
    """The sites that differ; `wanted` has a `WantedSite`."""

    wanted = Signal(WantedSite)

    def __init__(self, stand: Stand, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("cases")
        self.setAccessibleName("Sites that differ from the reference")
        self.setWordWrap(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._sites = farthest_first(stand.sites)
        self._seen = {} if stand.case is None else stand.case.seen
        for site in self._sites:
            item = QListWidgetItem(site_line(stand.scheme, site))
            item.setForeground(QBrush(QColor(COLOURS[site.closeness])))
            self.addItem(item)
        if self._sites:
            self.setCurrentRow(0)
        self.itemClicked.connect(lambda _item: self._go())

    def stand_on(self, key: SiteKey) -> None:
        """Go to the line of a site."""
        row = next((at for at, site in enumerate(self._sites) if site.key == key), 0)
        self.setCurrentRow(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return goes to the site."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            if not event.isAutoRepeat():
                self._go()
        else:
            super().keyPressEvent(event)

    def _go(self) -> None:
        row = self.currentRow()
        if 0 <= row < len(self._sites):
            self.wanted.emit(WantedSite(self._sites[row].key, self._point(self._sites[row])))

    def _point(self, site: SiteFeedback) -> Vector3 | None:
        found = self._seen.get((site.key, site.reference))
        return None if found is None else found.point_mm


def add_feedback(stand: Stand, column: QVBoxLayout) -> None:
    """Put verdict, measures and features into a column."""
    column.addWidget(plain_label(verdict(stand.found), role="bright", wrap=True))
    count = stand.found.cases
    over = f"Over {count} finished case{'' if count == 1 else 's'}"
    if stand.found.measures:
        column.addWidget(plain_label(f"{over}, with intervals; white strokes are gates:", role="small", wrap=True))
        column.addWidget(MeasuresFigure(stand.found.measures))
    for feature in by_feature(stand.scheme, stand.sites):
        column.addWidget(plain_label(feature_line(stand.scheme, feature), wrap=True))
    column.addWidget(plain_label(f"{over}:", role="small"))
    for item in stand.found.measures:
        column.addWidget(plain_label(measure_line(item), role="small", wrap=True))
    if stand.of.waiting:
        waiting = f"Signed, but not by the reference yet: {stand.of.waiting}"
        column.addWidget(plain_label(waiting, role="small", wrap=True))
