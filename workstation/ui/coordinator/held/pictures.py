"""Pictures for the contact sheet, made on a thread of their own in the order in which they were asked for."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal

from storage.study.coordinator import CoordinatorStudy
from workstation.managing.held_looks import HeldLooks, looks_at
from workstation.managing.state import SeriesLine


@dataclass(frozen=True, slots=True)
class _Made:
    code: str
    looks: HeldLooks | None


class HeldPictures(QObject):
    """`ready` tells a series' code when its looks are there, or it is known that there are none."""

    ready = Signal(str)
    _made = Signal(_Made)

    def __init__(self, study: Callable[[], CoordinatorStudy | None], parent: QObject) -> None:
        super().__init__(parent)
        self._study = study
        self._kept: dict[str, HeldLooks | None] = {}
        self._asked: set[str] = set()
        self._threads = ThreadPoolExecutor(max_workers=1, thread_name_prefix="held")
        self._stopped = False
        self._made.connect(self._keep, Qt.ConnectionType.QueuedConnection)

    def has(self, code: str) -> bool:
        """Whether they were made."""
        return code in self._kept

    def get(self, series: SeriesLine) -> HeldLooks | None:
        """The looks at a series; None while there are none, and where its files can't be read."""
        if series.code not in self._kept and series.code not in self._asked and not self._stopped:
            self._asked.add(series.code)
            self._threads.submit(self._make, series)
        return self._kept.get(series.code)

    def shutdown(self) -> None:
        """Make none any more."""
        self._stopped = True
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _make(self, series: SeriesLine) -> None:
        study = self._study()
        if self._stopped or study is None:
            return
        looks = looks_at(study, series.code, series.regions)
        if not self._stopped:
            self._made.emit(_Made(series.code, looks))

    def _keep(self, made: _Made) -> None:
        self._asked.discard(made.code)
        self._kept[made.code] = made.looks
        self.ready.emit(made.code)
