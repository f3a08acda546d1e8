"""Supply of images to a copy: what is wanted now comes first, then the next case, then the others as space allows.

Four threads ask for pieces. Whoever waits for images polls a token of its own, so that nobody waits for a server that
doesn't answer longer than wanted.
"""

from __future__ import annotations

import itertools
import queue
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final, Protocol

from storage.apart import arrived
from storage.apart.image_list import ApartFile, ImageList
from storage.apart.pieces import OVERHEAD, PieceUnlike, opener
from storage.files.layout import IMAGES_FOLDER
from workstation.fetching.source import FetchRefused, PasswordWanted, Source, Stopped

AT_ONCE: Final = 4
NOW, NEXT, LATER = 0, 1, 2
_POLL_S: Final = 0.05
# without anything having come
PATIENCE_S: Final = 90.0
_TRIES: Final = 3
_PAUSE_S: Final = 0.3

Told = Callable[[str, int, int], None]


class Checkpoint(Protocol):
    """Whatever can stop a wait, by raising."""

    def checkpoint(self) -> None:
        """Raise when nobody waits any more."""


class Never:
    """A wait that nobody stops."""

    def checkpoint(self) -> None:
        """Nothing."""


class _Job:
    """One file on its way. waiting: how many wait for it; with none, it isn't begun."""

    def __init__(self, case: str, item: ApartFile) -> None:
        self.case, self.item = case, item
        self.waiting = 0
        self.taken = self.done = False
        self.refused: FetchRefused | None = None
        self.fault: Exception | None = None


class Supply:
    """Brings the images of one copy. Close it; its threads end with what they do."""

    def __init__(self, copy: Path, images: ImageList, source: Source, told: Told | None = None) -> None:
        """`told` hears of a case how many of its images are here, and of how many, on whatever thread."""
        self.images = images
        self.told = told
        self._folder = copy / IMAGES_FOLDER
        self._source = source
        self._open = opener(images.secret)
        self._numbers = itertools.count()
        self._queue: queue.PriorityQueue[tuple[int, int, _Job | None]] = queue.PriorityQueue()
        self._jobs: dict[str, _Job] = {}
        self._changed = threading.Condition()
        self._threads: list[threading.Thread] = []
        self._closed = False
        self._came = 0
        self._telling = threading.Lock()

    def missing(self, case: str) -> tuple[ApartFile, ...]:
        """The files of a case that aren't here."""
        return tuple(item for item in self.images.cases.get(case, ()) if not arrived.is_here(self._folder, item))

    def tell(self, case: str) -> None:
        """Tell whoever listens how many images of a case are here; never of fewer after more."""
        with self._telling:
            if self.told is not None and not self._closed:
                every = len(self.images.cases[case])
                self.told(case, every - len(self.missing(case)), every)

    def have(self, case: str, names: Iterable[str] | None, token: Checkpoint, urgency: int = NOW) -> None:
        """Return when the files of those names, or all of the case, are here.

        Raises:
            FetchRefused: one can't be had; the others aren't waited for.
            whatever `token` raises.
        """
        wanted = None if names is None else set(names)
        items = [item for item in self.missing(case) if wanted is None or item.name in wanted]
        if not items:
            return
        jobs = self._ask_for(case, items, urgency)
        try:
            self._wait(jobs, token)
        finally:
            with self._changed:
                for job in jobs:
                    job.waiting -= 1

    def close(self) -> None:
        """Nothing is wanted any more. Waits for nobody."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        for _ in self._threads:
            self._queue.put((-1, next(self._numbers), None))

    def _ask_for(self, case: str, items: Sequence[ApartFile], urgency: int) -> list[_Job]:
        jobs = []
        with self._changed:
            for item in items:
                job = self._jobs.get(item.name)
                if job is None:
                    job = self._jobs[item.name] = _Job(case, item)
                job.waiting += 1
                jobs.append(job)
                if not job.taken:
                    # once more where it waits already, should this be more urgent; it is taken once
                    self._queue.put((urgency, next(self._numbers), job))
            while len(self._threads) < AT_ONCE and not self._closed:
                # they end with the process, whatever a server does
                thread = threading.Thread(target=self._work, name=f"fetch-{len(self._threads)}", daemon=True)
                self._threads.append(thread)
                thread.start()
        return jobs

    def _wait(self, jobs: Sequence[_Job], token: Checkpoint) -> None:
        came, since = self._came, time.monotonic()
        while True:
            token.checkpoint()
            with self._changed:
                fault = next((job.fault for job in jobs if job.fault is not None), None)
                if fault is not None:
                    raise fault
                refused = next((job.refused for job in jobs if job.refused is not None), None)
                if refused is not None:
                    if isinstance(refused, PasswordWanted):
                        raise PasswordWanted(str(refused))
                    raise FetchRefused(str(refused))
                if all(job.done for job in jobs):
                    return
                if self._closed:
                    raise FetchRefused("the room is being closed")
                if self._came != came:
                    came, since = self._came, time.monotonic()
                if time.monotonic() - since > PATIENCE_S:
                    raise FetchRefused("no image has come for a while. Check the network, then try again")
                self._changed.wait(_POLL_S)

    def _work(self) -> None:
        try:
            self._fetch_what_is_queued()
        finally:
            self._source.done()

    def _fetch_what_is_queued(self) -> None:
        while True:
            _, _, job = self._queue.get()
            with self._changed:
                if job is None or self._closed:
                    return
                if job.taken:
                    continue
                if job.waiting == 0:
                    self._jobs.pop(job.item.name, None)
                    continue
                job.taken = True
            try:
                self._fetch(job)
            except FetchRefused as refused:
                job.refused = refused
            except Stopped:
                self._give_back(job)
                continue
            except Exception as fault:  # noqa: BLE001 - whoever waits for the file gets it, and isn't left waiting
                job.fault = fault
            with self._changed:
                job.done = job.refused is None and job.fault is None
                self._came += job.done
                self._jobs.pop(job.item.name, None)
                self._changed.notify_all()
            if job.done:
                self.tell(job.case)

    def _give_back(self, job: _Job) -> None:
        """Nobody waited for a file any more; should somebody have begun to just now, it is begun anew."""
        with self._changed:
            if job.waiting:
                job.taken = False
                self._queue.put((NOW, next(self._numbers), job))
            else:
                self._jobs.pop(job.item.name, None)

    def _fetch(self, job: _Job) -> None:
        content = bytearray()
        for name in job.item.pieces:
            content += self._piece(name, lambda: self._closed or job.waiting == 0)
        refused = ""
        try:
            arrived.keep(self._folder, job.item, bytes(content[: job.item.size]))
        except arrived.FileUnlike:
            refused = "an image that came isn't the one of the copy. Tell the coordinator"
        except OSError as error:
            refused = f"this disk doesn't take the images ({error.strerror}). Make room, then try again"
        if refused:
            raise FetchRefused(refused)

    def _piece(self, name: str, stop: Callable[[], bool]) -> bytes:
        for attempt in itertools.count(1):
            try:
                sealed = self._source.piece(name, self.images.piece + OVERHEAD, stop)
                break
            except FetchRefused as refused:
                if not refused.again or attempt == _TRIES:
                    raise
            if stop():
                raise Stopped
            time.sleep(_PAUSE_S * attempt)
        unlike = False
        try:
            return self._open(sealed, name)
        except PieceUnlike:
            unlike = True
        if unlike:
            raise FetchRefused("an image that came was changed on the way, or is another copy's. Tell the coordinator")
        raise AssertionError
