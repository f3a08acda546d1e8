"""Registering a case: reduce the T1 of both visits, ask the worker process, decide. Cancelled by killing the worker."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable, Mapping
from typing import Protocol

from scoring.readings.reading import VISITS
from storage.records import CaseRecord, SeriesRecord
from workstation.imaging.volume import Volume
from workstation.registering.grid import reduced, usable
from workstation.registering.proposal import Declined, Proposal, decided
from workstation.registering.worker import Pair, found_in, packed
from workstation.runtime import own_process

KIND = "T1"
PLANES = ("AX", "COR")
LIMIT_S = 60.0
GONE = Declined("it didn't finish")


class Wanted(Protocol):
    """Whether somebody still waits."""

    @property
    def cancelled(self) -> bool:
        """Nobody does."""


def wanted_series(case: CaseRecord) -> dict[str, tuple[SeriesRecord, SeriesRecord]]:
    """Per plane the T1 of baseline and of follow-up, where both are there and share a frame with their visit's others.

    One relation holds between two frames of reference: the axial pair's, and a coronal pair counts only in the same.
    """
    by_number = {visit.number: visit.series for visit in case.visits}
    found: dict[str, tuple[SeriesRecord, SeriesRecord]] = {}
    for plane in PLANES:
        pair = [_best(by_number.get(number, ()), plane) for number in VISITS]
        first, second = pair
        if first is not None and second is not None:
            found[plane] = (first, second)
    frames = {plane: (first.frame, second.frame) for plane, (first, second) in found.items()}
    leading = next(iter(frames.values()), None)
    # an unknown frame is related to nothing, itself included
    return {plane: pair for plane, pair in found.items() if frames[plane] == leading and all(frames[plane])}


def register(
    pairs: Mapping[str, tuple[SeriesRecord, SeriesRecord]], volumes: Callable[[str], Volume], token: Wanted
) -> Proposal | Declined | None:
    """The proposal for the pairs of `wanted_series`; None when it was cancelled.

    volumes: pixels by series code. They are read on this thread, so call from one that may take its time.
    """
    grids: dict[str, Pair] = {}
    for plane, (first, second) in pairs.items():
        if token.cancelled:
            return None
        grids[plane] = (reduced(first, volumes(first.code)), reduced(second, volumes(second.code)))
    if not grids:
        return decided({})
    reply = _asked(packed(grids), token)
    if token.cancelled:
        return None
    try:
        return decided(found_in(reply))
    except (ValueError, KeyError):
        return GONE


def _best(series: tuple[SeriesRecord, ...], plane: str) -> SeriesRecord | None:
    fitting = [item for item in series if (item.kind, item.plane) == (KIND, plane) and usable(item)]
    return max(fitting, key=lambda item: len(item.slices), default=None)


def _asked(request: bytes, token: Wanted) -> bytes:
    """The worker's output; empty when it died, was killed at the limit, or isn't wanted any more."""
    worker = _start()
    ended = threading.Event()
    watch = threading.Thread(target=_watch, args=(worker, token, ended), name="watch-registration", daemon=True)
    watch.start()
    try:
        reply, _ = worker.communicate(request)
    except OSError:
        reply = b""
    finally:
        ended.set()
        worker.kill()
        worker.wait()
        watch.join()
    return reply


def _watch(worker: subprocess.Popen[bytes], token: Wanted, ended: threading.Event) -> None:
    """Kill the worker when nobody waits for it any more, or when it takes too long."""
    waited, look_s = 0.0, 0.05
    while not ended.wait(look_s):
        waited += look_s
        if token.cancelled or waited > LIMIT_S:
            worker.kill()
            return


def _start() -> subprocess.Popen[bytes]:
    return own_process.start_worker(own_process.REGISTRAR, {"ITK_GLOBAL_DEFAULT_NUMBER_OF_THREADS": "1"})
