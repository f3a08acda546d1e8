"""The pictures of one subject's series over all slices, made on a thread of their own, the next ones beforehand."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal

from storage.study.coordinator import CoordinatorStudy
from workstation.managing.pictures import Picture, over_all_slices

# brightest and darkest by series; None: its files can't be read
Pictures = Mapping[str, tuple[Picture, Picture] | None]
# the one that is looked at, the one before and the one behind
KEPT = 3


@dataclass(frozen=True, slots=True)
class _Made:
    subject: str
    pictures: Pictures


class BorderPictures(QObject):
    """`get` gives the pictures of a subject, or None and then `ready` with its code when they are there."""

    ready = Signal(str)
    _made = Signal(_Made)

    def __init__(self, study: Callable[[], CoordinatorStudy | None], parent: QObject) -> None:
        super().__init__(parent)
        self._study = study
        self._kept: OrderedDict[str, Pictures] = OrderedDict()
        self._asked: set[str] = set()
        self._threads = ThreadPoolExecutor(max_workers=1, thread_name_prefix="borders")
        self._stopped = False
        self._made.connect(self._keep, Qt.ConnectionType.QueuedConnection)

    def get(self, subject: str) -> Pictures | None:
        """The pictures of a subject, None while there are none."""
        found = self._kept.get(subject)
        if found is None and subject not in self._asked and not self._stopped:
            self._asked.add(subject)
            self._threads.submit(self._make, subject)
        return found

    def forget(self) -> None:
        """The study has changed: make them again."""
        self._kept.clear()

    def shutdown(self) -> None:
        """Make none any more."""
        self._stopped = True
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _make(self, subject: str) -> None:
        study = self._study()
        found = None if study is None or self._stopped else study.subject(subject)
        made = {
            series.code: None if self._stopped or study is None else over_all_slices(study.images, series)
            for visit in (found.visits if found else ())
            for series in visit.series
        }
        if not self._stopped:
            self._made.emit(_Made(subject, made))

    def _keep(self, made: _Made) -> None:
        self._asked.discard(made.subject)
        self._kept[made.subject] = made.pictures
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        self.ready.emit(made.subject)
