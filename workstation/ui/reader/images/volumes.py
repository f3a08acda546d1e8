"""The pixels of the case on screen: loaded in the background, the series shown first, then the rest of the case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal

from storage.records import CaseRecord, SeriesRecord
from workstation.imaging.errors import ImagesUnreachable
from workstation.imaging.volume import Volume, load_volume
from workstation.tasks.latest import Latest
from workstation.tasks.token import Token


@dataclass(frozen=True, slots=True)
class Loading:
    """The pixels are on their way."""


@dataclass(frozen=True, slots=True)
class Failed:
    """The pixels can't be had, and why; without a path."""

    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class Loaded:
    """The pixels of a series: (slice, row, column)."""

    volume: Volume


Pixels = Loading | Failed | Loaded


@dataclass(frozen=True, slots=True, eq=False)
class _Delivery:
    """What came of one series, and of which case it is."""

    case: CaseRecord
    series: str
    pixels: Failed | Loaded


class Volumes(QObject):
    """Holds the pixels of one case at a time. Ask `shutdown` to end the thread before the application ends."""

    arrived = Signal()
    _delivered = Signal(object)
    _broke = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._case: CaseRecord | None = None
        self._first: tuple[str, ...] = ()
        self._pixels: dict[str, Failed | Loaded] = {}
        self._latest = Latest("load-images", self._broke.emit)
        # emitted on the worker's thread, received on this object's
        self._delivered.connect(self._receive, Qt.ConnectionType.QueuedConnection)
        self._broke.connect(self._raise, Qt.ConnectionType.QueuedConnection)

    def want(self, case: CaseRecord, shown: Sequence[SeriesRecord]) -> None:
        """Have the pixels of `shown` next, then those of the rest of the case. Cheap to ask again."""
        if case != self._case:
            self._case, self._first, self._pixels = case, (), {}
        codes = tuple(series.code for series in shown)
        missing = any(code not in self._pixels for code in codes)
        if codes == self._first or (self._first and not missing):
            return
        self._first = codes
        rest = [series for visit in case.visits for series in visit.series if series.code not in codes]
        queue = [series for series in (*shown, *rest) if series.code not in self._pixels]
        self._latest.start(lambda token: self._load(case, queue, token))

    def pixels(self, series: str) -> Pixels:
        """What there is of a series of the case."""
        return self._pixels.get(series, Loading())

    def shutdown(self) -> None:
        """Stop loading and wait for the thread."""
        self._latest.shutdown()

    def _load(self, case: CaseRecord, queue: Sequence[SeriesRecord], token: Token) -> None:
        for series in queue:
            token.checkpoint()
            outcome: Failed | Loaded
            try:
                outcome = Loaded(load_volume(series, case.images, token))
            except ImagesUnreachable as error:
                outcome = Failed(str(error))
            except MemoryError:
                outcome = Failed("This series doesn't fit into memory. Close other programs and open the case again.")
            token.checkpoint()
            self._delivered.emit(_Delivery(case, series.code, outcome))

    def _receive(self, delivery: _Delivery) -> None:
        # a delivery of the case before may still have been on its way
        if delivery.case == self._case:
            self._pixels[delivery.series] = delivery.pixels
            self.arrived.emit()

    def _raise(self, error: BaseException) -> None:
        raise error
