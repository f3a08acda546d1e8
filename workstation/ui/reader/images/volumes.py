"""The pixels of the case on screen: loaded in the background, the series shown first, then the rest of the case.

When that is done, the light of both visits is found, and then all of it for one case ahead. Every case is loaded anew
from its own files, also one whose pixels are those of another: how fast it comes says nothing of whether it was seen
before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct
from PySide6.QtCore import QObject, Qt, Signal

from scoring.readings.reading import VISITS as VISIT_NUMBERS
from storage.records import CaseRecord, SeriesRecord
from workstation.imaging.errors import ImagesUnreachable
from workstation.imaging.light.lit import Lit
from workstation.imaging.shown import as_shown
from workstation.imaging.volume import Volume, load_volume
from workstation.tasks.latest import Latest
from workstation.tasks.token import Token


class Loading(Struct, frozen=True):
    """The pixels are on their way."""


class Failed(Struct, frozen=True):
    """The pixels can't be had, and why; without a path."""

    reason: str


class Loaded(Struct, frozen=True, eq=False):
    """The pixels of a series as they are shown: (slice, row, column)."""

    volume: Volume


Pixels = Loading | Failed | Loaded


class _Delivery(Struct, frozen=True, eq=False):
    """What came of one series, and of which case it is."""

    case: CaseRecord
    series: str
    pixels: Failed | Loaded


class _Job(Struct, frozen=True, eq=False):
    """Series of a case to be loaded in their order, unless they are in `known`; lit: the case's light is known."""

    case: CaseRecord
    series: tuple[SeriesRecord, ...]
    known: dict[str, Failed | Loaded]
    lit: bool


class _LightFound(Struct, frozen=True, eq=False):
    """What the series of a case open with, by their codes."""

    case: CaseRecord
    lights: Mapping[str, Lit]


class Volumes(QObject):
    """Holds the pixels of the case wanted and of one ahead. Ask `shutdown` to end the thread before the application.

    lit: the light of the case wanted is known.
    """

    arrived = Signal()
    lit = Signal()
    _delivered = Signal(_Delivery)
    _light_found = Signal(_LightFound)
    _broke = Signal(BaseException)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._case: CaseRecord | None = None
        self._first: tuple[str, ...] = ()
        self._pixels: dict[str, Failed | Loaded] = {}
        self._ahead: CaseRecord | None = None
        self._pixels_ahead: dict[str, Failed | Loaded] = {}
        self._lights: Mapping[str, Lit] | None = None
        self._lights_ahead: Mapping[str, Lit] | None = None
        self._ended = False
        self._latest = Latest("load-images", self._broke.emit)
        # emitted on the worker's thread, received on this object's
        self._delivered.connect(self._receive, Qt.ConnectionType.QueuedConnection)
        self._light_found.connect(self._receive_light, Qt.ConnectionType.QueuedConnection)
        self._broke.connect(self._raise, Qt.ConnectionType.QueuedConnection)

    def want(self, case: CaseRecord, shown: Sequence[SeriesRecord]) -> None:
        """Have the pixels of `shown` next, then those of the rest of the case. Cheap to ask again."""
        if case != self._case:
            self._case, self._first = case, ()
            self._pixels, self._lights = (self._pixels_ahead, self._lights_ahead) if case == self._ahead else ({}, None)
            # two pairs at the most, whichever way the reader goes
            self._ahead, self._pixels_ahead, self._lights_ahead = None, {}, None
        codes = tuple(series.code for series in shown)
        missing = any(code not in self._pixels for code in codes)
        if codes == self._first or (self._first and not missing):
            return
        self._first = codes
        self._start(shown)

    def look_ahead(self, case: CaseRecord) -> None:
        """Have the pixels of `case` too, after those of the case wanted; of no other."""
        if self._case is None or case in (self._case, self._ahead):
            return
        self._ahead, self._pixels_ahead, self._lights_ahead = case, {}, None
        self._start(())

    def lights(self, case: CaseRecord) -> Mapping[str, Lit] | None:
        """What the series of a case open with, by their codes; None while that isn't known."""
        if case == self._case:
            return self._lights
        return self._lights_ahead if case == self._ahead else None

    def pixels(self, series: str) -> Pixels:
        """What there is of a series of the case."""
        return self._pixels.get(series, Loading())

    def shutdown(self) -> None:
        """Stop loading and wait for the thread; what is still on its way isn't received any more."""
        self._ended = True
        self._latest.shutdown()

    def _start(self, shown: Sequence[SeriesRecord]) -> None:
        if self._case is None or self._ended:
            return
        codes = {series.code for series in shown}
        rest = [series for visit in self._case.visits for series in visit.series if series.code not in codes]
        jobs = [_Job(self._case, (*shown, *rest), dict(self._pixels), lit=self._lights is not None)]
        if self._ahead is not None:
            ahead = tuple(series for visit in self._ahead.visits for series in visit.series)
            jobs.append(_Job(self._ahead, ahead, dict(self._pixels_ahead), lit=self._lights_ahead is not None))
        self._latest.start(lambda token: self._work(jobs, token))

    def _work(self, jobs: Sequence[_Job], token: Token) -> None:
        for job in jobs:
            self._load(job, token)
            if not job.lit:
                lights = _light_of(job.case, job.known)
                token.checkpoint()
                self._light_found.emit(_LightFound(job.case, lights))

    def _load(self, job: _Job, token: Token) -> None:
        case = job.case
        for series in job.series:
            token.checkpoint()
            if series.code in job.known:
                continue
            outcome: Failed | Loaded
            try:
                outcome = Loaded(as_shown(load_volume(series, case.images, token), series))
            except ImagesUnreachable as error:
                outcome = Failed(str(error))
            except MemoryError:
                outcome = Failed("This series doesn't fit into memory. Close other programs and open the case again.")
            token.checkpoint()
            job.known[series.code] = outcome
            self._delivered.emit(_Delivery(case, series.code, outcome))

    def _receive(self, delivery: _Delivery) -> None:
        if self._ended:
            return
        # a delivery of a case before may still have been on its way
        if delivery.case == self._case:
            self._pixels[delivery.series] = delivery.pixels
            self.arrived.emit()
        elif delivery.case == self._ahead and isinstance(delivery.pixels, Loaded):
            # what couldn't be had is tried again, and told, when the case is opened
            self._pixels_ahead[delivery.series] = delivery.pixels

    def _receive_light(self, found: _LightFound) -> None:
        if self._ended:
            return
        if found.case == self._case:
            self._lights = found.lights
            self.lit.emit()
        elif found.case == self._ahead:
            self._lights_ahead = found.lights

    def _raise(self, error: BaseException) -> None:
        raise error


def _light_of(case: CaseRecord, pixels: Mapping[str, Failed | Loaded]) -> Mapping[str, Lit]:
    """What each series of both visits opens with; of one visit alone nothing is compared."""
    # not needed for the first image
    from workstation.imaging.light.matching import lit  # noqa: PLC0415 - see above

    volumes = {code: found.volume for code, found in pixels.items() if isinstance(found, Loaded)}
    by_number = {visit.number: visit.series for visit in case.visits}
    first, second = (by_number.get(number, ()) for number in VISIT_NUMBERS)
    return lit(first, second, volumes)
