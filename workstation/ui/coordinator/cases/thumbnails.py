"""Thumbnails made when a cell is painted, on a thread of their own, and kept in memory: the latest are worth most."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage, QPixmap

from storage.study.coordinator import CoordinatorStudy
from storage.worklists.overview import SeriesGlance
from workstation.managing.pictures import Picture, brightest, middle_slice

SIDE = 132
KEPT = 1_000
KEPT_WHOLE = 6
# asked for and not made yet; of a list that is scrolled through only the last ones are still wanted
WAITING = 64


@dataclass(frozen=True, slots=True)
class Wanted:
    """A picture: of which series, whether from the scans because it waits, and whether at its full size."""

    code: str
    held: bool
    whole: bool = False


@dataclass(frozen=True, slots=True)
class _Made:
    """What came of a wish; no picture where the files can't be read."""

    wanted: Wanted
    picture: Picture | None


class Thumbnails(QObject):
    """`get` gives a picture or None, and then `ready` tells the series' code when there is one."""

    ready = Signal(str)
    _made = Signal(_Made)

    def __init__(self, study: Callable[[], CoordinatorStudy | None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._study = study
        self._glances: Mapping[str, SeriesGlance] = {}
        # small ones and whole ones apart: a whole one takes the room of fifty
        self._kept: dict[bool, OrderedDict[Wanted, QPixmap | None]] = {False: OrderedDict(), True: OrderedDict()}
        self._wanted: OrderedDict[Wanted, None] = OrderedDict()
        self._threads = ThreadPoolExecutor(max_workers=1, thread_name_prefix="thumbnails")
        self._stopped = False
        self._made.connect(self._keep, Qt.ConnectionType.QueuedConnection)

    @property
    def waiting(self) -> int:
        """How many were asked for and aren't there yet."""
        return len(self._wanted)

    def forget(self, codes: set[str]) -> None:
        """Pictures of these series are to be made again."""
        for kept in self._kept.values():
            for wanted in [item for item in kept if item.code in codes]:
                del kept[wanted]
        self._glances = {}

    def get(self, wanted: Wanted) -> QPixmap | None:
        """A picture, None while there is none."""
        kept = self._kept[wanted.whole]
        if wanted in kept:
            kept.move_to_end(wanted)
            return kept[wanted]
        if wanted not in self._wanted and not self._stopped:
            self._wanted[wanted] = None
            while len(self._wanted) > WAITING:
                self._wanted.popitem(last=False)
            self._threads.submit(self._make, wanted)
        return None

    def shutdown(self) -> None:
        """Make none any more."""
        self._stopped = True
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _make(self, wanted: Wanted) -> None:
        study = self._study()
        if self._stopped or study is None or wanted not in self._wanted:
            return
        picture = self._picture(study, wanted)
        if picture is not None and not wanted.whole:
            picture = reduced(picture, SIDE)
        if not self._stopped:
            self._made.emit(_Made(wanted, picture))

    def _picture(self, study: CoordinatorStudy, wanted: Wanted) -> Picture | None:
        if wanted.held:
            return brightest(study, wanted.code)
        if wanted.code not in self._glances:
            self._glances = {item.code: item for item in study.overview().series}
        glance = self._glances.get(wanted.code)
        return None if glance is None else middle_slice(study.images, glance)

    def _keep(self, made: _Made) -> None:
        wanted, picture = made.wanted, made.picture
        self._wanted.pop(wanted, None)
        kept = self._kept[wanted.whole]
        kept[wanted] = None if picture is None else QPixmap.fromImage(image_of(picture))
        while len(kept) > (KEPT_WHOLE if wanted.whole else KEPT):
            kept.popitem(last=False)
        self.ready.emit(wanted.code)


def reduced(picture: Picture, side: int) -> Picture:
    """The picture averaged over whole blocks, so that it is little larger than `side`; (row, column)."""
    factor = max(1, min(picture.shape) // side)
    rows, columns = (size // factor * factor for size in picture.shape)
    blocks = picture[:rows, :columns].reshape(rows // factor, factor, columns // factor, factor)
    return np.asarray(blocks.mean(axis=(1, 3))).astype(np.uint8)


def image_of(picture: Picture) -> QImage:
    """A grey image that owns its pixels."""
    rows, columns = picture.shape
    grey = np.ascontiguousarray(picture)
    return QImage(grey.data, columns, rows, columns, QImage.Format.Format_Grayscale8).copy()
