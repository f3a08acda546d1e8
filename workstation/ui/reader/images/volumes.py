"""The pixels of the case on screen: loaded in the background, the series shown first, then the rest of the case.

Of each plane those that tell where the wrist is come first: nothing of a plane is drawn until that is known. Where it
is known, since the case was left with it, it is found again when all that is shown is there.
When all is loaded, the light of both visits is found, and then all of it for one case ahead. Every case is loaded anew
from its own files, also one whose pixels are those of another: how fast it comes says nothing of whether it was seen
before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct
from PySide6.QtCore import QObject, Qt, Signal

from scoring.readings.reading import VISITS as VISIT_NUMBERS
from storage.records import CaseRecord, SeriesRecord
from workstation.imaging.errors import ImagesUnreachable
from workstation.imaging.halving import halves_of
from workstation.imaging.light.lit import Lit
from workstation.imaging.shown import as_shown
from workstation.imaging.volume import Together, Volume, load_volume
from workstation.imaging.wrist.outline import Outline
from workstation.reading.images.filling import Outlines
from workstation.reading.images.outlining import outlines_in, telling, wanted_first
from workstation.runtime.freed_memory import give_back
from workstation.tasks.latest import Latest
from workstation.tasks.token import Token

if TYPE_CHECKING:
    from workstation.fetching.while_reading import WhileReading

READING_AT_ONCE = 2


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
    """Series of a case to be loaded in their order, unless they are in `known`.

    lit: the case's light is known. outlined: the planes of which it was found where the wrist is. shown: the codes of
    series in sight. told: planes of which they can be drawn before that is found.
    """

    case: CaseRecord
    series: tuple[SeriesRecord, ...]
    known: dict[str, Failed | Loaded]
    lit: bool
    outlined: set[str]
    shown: tuple[str, ...] = ()
    told: frozenset[str] = frozenset()

    def to_outline(self) -> list[str]:
        """The planes in which it can be found now where the wrist is, and in which that isn't better done later."""
        planes = {series.pane for visit in self.case.visits for series in visit.series} - self.outlined
        if not all(code in self.known for code in self.shown):
            planes -= self.told
        return [plane for plane in sorted(planes) if all(one.code in self.known for one in telling(self.case, plane))]


class _Held(Struct, eq=False):
    """What there is of a case so far."""

    case: CaseRecord
    pixels: dict[str, Failed | Loaded] = {}
    lights: Mapping[str, Lit] | None = None
    outlines: Outlines = {}

    @property
    def series(self) -> list[SeriesRecord]:
        """All of both visits."""
        return [series for visit in self.case.visits for series in visit.series]

    def job(self, shown: Sequence[SeriesRecord] = (), told: frozenset[str] = frozenset()) -> _Job:
        """What is left to do, what `shown` needs before the rest. told: planes of which the state has outlines."""
        first = wanted_first(self.case, shown, told.union(self.outlines))
        order = tuple({series.code: series for series in (*first, *self.series)}.values())
        codes, lit = tuple(series.code for series in shown), self.lights is not None
        return _Job(self.case, order, dict(self.pixels), lit, set(self.outlines), codes, told)


class _LightFound(Struct, frozen=True, eq=False):
    """What the series of a case open with, by their codes."""

    case: CaseRecord
    lights: Mapping[str, Lit]


class _OutlinesFound(Struct, frozen=True, eq=False):
    """Where the wrist is in a plane of a case, by visit."""

    case: CaseRecord
    plane: str
    outlines: Mapping[int, Outline]


class Volumes(QObject):
    """Holds the pixels of the case wanted and of one ahead. Ask `shutdown` to end the thread before the application.

    lit: the light of the case wanted is known. outlined: where the wrist is in one more of its planes. came: of a case
    one more image came from where it lies; how many are here, and of how many.
    """

    arrived = Signal()
    lit = Signal()
    outlined = Signal()
    came = Signal(str, int, int)
    _delivered = Signal(_Delivery)
    _light_found = Signal(_LightFound)
    _outlines_found = Signal(_OutlinesFound)
    _broke = Signal(BaseException)

    def __init__(self, parent: QObject | None = None, apart: WhileReading | None = None) -> None:
        super().__init__(parent)
        self._apart = apart
        if apart is not None:
            apart.listen(self.came.emit)
        self._wanted: _Held | None = None
        self._first: tuple[str, ...] = ()
        self._told: frozenset[str] = frozenset()
        self._ahead: _Held | None = None
        self._ended = False
        self._latest = Latest("load-images", self._broke.emit)
        # emitted on the worker's thread, received on this object's
        self._delivered.connect(self._receive, Qt.ConnectionType.QueuedConnection)
        self._light_found.connect(self._receive_light, Qt.ConnectionType.QueuedConnection)
        self._outlines_found.connect(self._receive_outlines, Qt.ConnectionType.QueuedConnection)
        self._broke.connect(self._raise, Qt.ConnectionType.QueuedConnection)

    def want(self, case: CaseRecord, shown: Sequence[SeriesRecord], told: Iterable[str] = ()) -> None:
        """Have the pixels of `shown` next, then those of the rest of the case. Cheap to ask again.

        told: the planes of which the state says where the wrist is.
        """
        if self._wanted is None or case != self._wanted.case:
            self._wanted, self._first = self._held(case) or _Held(case), ()
            if self._apart is not None:
                self._apart.again(case.code)
            # two pairs at the most, whichever way the reader goes
            self._ahead = None
        codes = tuple(series.code for series in shown)
        missing = any(code not in self._wanted.pixels for code in codes)
        if codes == self._first or (self._first and not missing):
            return
        self._first, self._told = codes, frozenset(told)
        self._start(shown)

    def look_ahead(self, case: CaseRecord) -> None:
        """Have the pixels of `case` too, after those of the case wanted; of no other."""
        if self._wanted is None or self._held(case) is not None:
            return
        self._ahead = _Held(case)
        self._start(())

    def lights(self, case: CaseRecord) -> Mapping[str, Lit] | None:
        """What the series of a case open with, by their codes; None while that isn't known."""
        held = self._held(case)
        return None if held is None else held.lights

    def outlines(self, case: CaseRecord) -> Outlines:
        """Where the wrist is in the images of a case, by plane and visit; a plane that isn't there isn't known yet."""
        held = self._held(case)
        return {} if held is None else held.outlines

    def pixels(self, series: str) -> Pixels:
        """What there is of a series of the case."""
        return Loading() if self._wanted is None else self._wanted.pixels.get(series, Loading())

    def all_there(self) -> bool:
        """Whether there is something of every series of the case wanted."""
        held = self._wanted
        return held is not None and all(series.code in held.pixels for series in held.series)

    @property
    def code(self) -> str:
        """The case wanted; "" before the first."""
        return "" if self._wanted is None else self._wanted.case.code

    def coming(self) -> bool:
        """Whether images of the case wanted lie apart and aren't all here."""
        held = self._wanted
        if held is None or self._apart is None:
            return False
        return not all(isinstance(held.pixels.get(series.code), Loaded) for series in held.series)

    def refused(self) -> str:
        """Why the images of the case wanted can't be had from where they lie; "" where nothing says so."""
        return "" if self._apart is None else self._apart.refused(self.code)

    def kept_how(self) -> str:
        """How images that come are kept on this disk, in a sentence; "" where that isn't known."""
        return "" if self._apart is None else self._apart.how

    def wants_password(self) -> bool:
        """Whether the server that they lie on wants a password."""
        return self._apart is not None and self._apart.wants_password()

    def can_keep_password(self) -> bool:
        """Whether this account has a key store for it."""
        return self._apart is not None and self._apart.can_keep()

    def take_password(self, password: str, *, keep: bool) -> None:
        """Ask the server with it, and for what couldn't be had."""
        if self._apart is not None:
            self._apart.take_password(password, keep=keep)
            self.fetch_again()

    def stop_fetching(self) -> None:
        """Wait no longer for images of the case wanted that aren't here."""
        if self._apart is not None:
            self._apart.stop(self.code)

    def come_later(self, codes: Sequence[str]) -> None:
        """Have the images of these cases come, in that order, while the one wanted is read."""
        if self._apart is not None:
            self._apart.plan(self.code, codes)

    def fetch_again(self) -> None:
        """Try again to have what couldn't be had of the case wanted."""
        held = self._wanted
        if held is None or self._apart is None:
            return
        self._apart.again(held.case.code)
        held.pixels = {code: found for code, found in held.pixels.items() if isinstance(found, Loaded)}
        self.arrived.emit()
        self._start([series for series in held.series if series.code in self._first])

    def shutdown(self) -> None:
        """Stop loading and wait for the thread; what is still on its way isn't received any more."""
        self._ended = True
        if self._apart is not None:
            self._apart.close()
        self._latest.shutdown()

    def _held(self, case: CaseRecord) -> _Held | None:
        return next((held for held in (self._wanted, self._ahead) if held is not None and held.case == case), None)

    def _start(self, shown: Sequence[SeriesRecord]) -> None:
        if self._wanted is None or self._ended:
            return
        jobs = [self._wanted.job(shown, self._told)]
        if self._ahead is not None:
            jobs.append(self._ahead.job())
        self._latest.start(lambda token: self._work(jobs, token))

    def _work(self, jobs: Sequence[_Job], token: Token) -> None:
        for job in jobs:
            self._load(job, token)
            if not job.lit:
                lights = _light_of(job.case, job.known)
                token.checkpoint()
                self._light_found.emit(_LightFound(job.case, lights))
                # to compare the visits took much for a moment
                give_back()

    def _load(self, job: _Job, token: Token) -> None:
        wanted = [series for series in job.series if series.code not in job.known]
        # of what comes from afar, and of radiographs, two series at once; else both halves of one, so that the first
        # image is soon there. Nothing is read while outlines are looked for, which would make it wait
        halved = self._apart is None and all(len(series.slices) > 1 for series in wanted)
        at_once = 1 if halved else READING_AT_ONCE
        with ThreadPoolExecutor(READING_AT_ONCE, "read-images") as threads:
            over_series, over_halves = (map, threads.map) if halved else (threads.map, map)
            load = partial(self._loaded, job.case, token, over_halves)
            for first in range(0, len(wanted), at_once):
                some = wanted[first : first + at_once]
                for series, outcome in zip(some, list(over_series(load, some)), strict=True):
                    token.checkpoint()
                    job.known[series.code] = outcome
                    self._delivered.emit(_Delivery(job.case, series.code, outcome))
                self._outline(job, token)
        self._outline(job, token)

    def _loaded(self, case: CaseRecord, token: Token, together: Together, series: SeriesRecord) -> Failed | Loaded:
        token.checkpoint()
        try:
            if self._apart is None:
                return Loaded(_volume(case, token, series, together))
            return Loaded(self._fetched(self._apart, case, token, series))
        except ImagesUnreachable as error:
            return Failed(str(error))
        except MemoryError:
            return Failed("This series doesn't fit into memory. Close other programs and open the case again.")

    def _fetched(self, apart: WhileReading, case: CaseRecord, token: Token, series: SeriesRecord) -> Volume:
        """A series whose images come first, and come anew where what is here can't be shown."""
        files, ahead = [item.file for item in series.slices], case.code != self.code
        apart.bring(case.code, files, token, ahead=ahead)
        try:
            return _volume(case, token, series)
        except ImagesUnreachable:
            apart.drop(case.code, files)
        apart.bring(case.code, files, token, ahead=ahead)
        return _volume(case, token, series)

    def _outline(self, job: _Job, token: Token) -> None:
        """Find where the wrist is in the planes whose series for that are there."""
        for plane in job.to_outline():
            volumes = {code: found.volume for code, found in job.known.items() if isinstance(found, Loaded)}
            outlines = outlines_in(job.case, plane, volumes)
            token.checkpoint()
            job.outlined.add(plane)
            self._outlines_found.emit(_OutlinesFound(job.case, plane, outlines))
            # what that took would lie unused below the pixels that come next
            give_back()

    def _receive(self, delivery: _Delivery) -> None:
        # a delivery of a case before may still have been on its way
        held = None if self._ended else self._held(delivery.case)
        if held is None:
            return
        if held is self._wanted:
            held.pixels[delivery.series] = delivery.pixels
            self.arrived.emit()
        elif isinstance(delivery.pixels, Loaded):
            # what couldn't be had is tried again, and told, when the case is opened
            held.pixels[delivery.series] = delivery.pixels

    def _receive_light(self, found: _LightFound) -> None:
        held = None if self._ended else self._held(found.case)
        if held is not None:
            held.lights = found.lights
        if held is not None and held is self._wanted:
            self.lit.emit()

    def _receive_outlines(self, found: _OutlinesFound) -> None:
        held = None if self._ended else self._held(found.case)
        if held is not None:
            held.outlines = {**held.outlines, found.plane: found.outlines}
        if held is not None and held is self._wanted:
            self.outlined.emit()

    def _raise(self, error: BaseException) -> None:
        raise error


def _volume(case: CaseRecord, token: Token, series: SeriesRecord, together: Together = map) -> Volume:
    volume = as_shown(load_volume(series, case.images, token, together), series)
    if len(volume) == 1:
        # of a radiograph: not while somebody waits for it to be painted
        halves_of(volume, 0)
    return volume


def _light_of(case: CaseRecord, pixels: Mapping[str, Failed | Loaded]) -> Mapping[str, Lit]:
    """What each series of both visits opens with; of one visit alone nothing is compared."""
    # not needed for the first image
    from workstation.imaging.light.matching import lit  # noqa: PLC0415 - see above

    volumes = {code: found.volume for code, found in pixels.items() if isinstance(found, Loaded)}
    by_number = {visit.number: visit.series for visit in case.visits}
    first, second = (by_number.get(number, ()) for number in VISIT_NUMBERS)
    return lit(first, second, volumes)
