"""The stored values of a frame, read again from its file when they are wanted; a file that fails is remembered."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from workstation.intake.errors import FileUnusable
from workstation.intake.findings import SetAside
from workstation.intake.frames import FileFacts, Frame, PixelLayout, digest
from workstation.intake.headers.pixel_layout import NATIVE, frame_bytes
from workstation.intake.headers.pixel_span import pixel_bytes
from workstation.intake.headers.scan import read_file
from workstation.intake.pixels.decode import Decoder, Stored
from workstation.intake.pixels.tables import before_table, shown_by_table

# Compressed files are decoded in two processes; native ones are read by one thread, some at a time
DECODERS = 2
MANY_COMPRESSED = 16
FILES_AT_ONCE = 16
BYTES_AT_ONCE = 4 << 20
# What may wait to be written: so many lots, and no further one while these hold so much
LOTS_AHEAD = 2
BYTES_AHEAD = 64 << 20
ASKED_EVERY_S = 0.05
STOPPED_EVERY_S = 0.02


class Cancelled(Exception):
    """The person asked to stop; the study is whole."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One frame: stored values (row, column), their fingerprint, and the hash of its file.

    before: of a radiograph, as they were before the header's table; None where it has none.
    """

    values: Stored
    fingerprint: str
    sha256: str
    before: Stored | None = None


@dataclass(frozen=True, slots=True)
class _Whole:
    """A file that was read: all its frames, and the hash of its bytes; before: see `Picture`."""

    path: Path
    values: Stored
    sha256: str
    before: Stored | None


class PixelSource:
    """Reads and decodes; keeps the last file that was asked for by itself, since its frames follow each other."""

    def __init__(self, decoder: Decoder) -> None:
        self._decoder = decoder
        self._last: _Whole | None = None
        self.failed: dict[Path, SetAside] = {}

    def expect(self, compressed: int) -> None:
        """Have decoders start where so many compressed files are known: one for a few, and all for more."""
        if compressed in {1, MANY_COMPRESSED}:
            self._decoder.prepare(1 if compressed < MANY_COMPRESSED else DECODERS)

    def ahead(self, frames: Sequence[Frame], cancelled: Callable[[], bool]) -> Generator[Picture | None, None, None]:
        """The picture of each frame, None when its file failed; the next ones are read meanwhile in threads.

        Args:
            frames: those of one file one after the other, or the file is read once more for each.
            cancelled: whether to stop.

        Raises:
            Cancelled: `cancelled` said so, at the latest 50 ms after; a decoder that is at work is stopped.
        """
        compressed = any(frame.facts.layout.transfer_syntax not in NATIVE for frame in frames)
        threads = DECODERS if compressed else 1
        stopped = Event()
        waiting: deque[tuple[Sequence[Frame], Future[list[Picture | None]]]] = deque()
        coming = _lots(frames)
        with ThreadPoolExecutor(threads, "decode") as pool:
            try:
                while True:
                    while len(waiting) < LOTS_AHEAD * threads and _held(waiting) < BYTES_AHEAD:
                        lot = next(coming, None)
                        if lot is None:
                            break
                        waiting.append((lot, pool.submit(self._pictures, lot, stopped)))
                    if not waiting:
                        return
                    self._wait(waiting[0][1], cancelled)
                    _, future = waiting.popleft()
                    for picture in future.result():
                        if cancelled():
                            raise Cancelled
                        yield picture
            finally:
                stopped.set()
                self._abandon([future for _, future in waiting if not future.cancel()])

    def _abandon(self, running: Sequence[Future[list[Picture | None]]]) -> None:
        """See what nobody wants any more to its end, without waiting for a decoder."""
        while wait(running, 0).not_done:
            # again and again: one may just be starting
            self._decoder.stop()
            wait(running, STOPPED_EVERY_S)

    def _wait(self, future: Future[list[Picture | None]], cancelled: Callable[[], bool]) -> None:
        while True:
            if cancelled():
                raise Cancelled
            try:
                future.exception(ASKED_EVERY_S)
            except TimeoutError:
                continue
            return

    def _pictures(self, lot: Sequence[Frame], stopped: Event) -> list[Picture | None]:
        """The pictures of a lot, or fewer once it is stopped, since nobody wants them."""
        found: list[Picture | None] = []
        whole: _Whole | None = None
        for frame in lot:
            if stopped.is_set():
                break
            if frame.facts.path in self.failed:
                whole = None
            elif whole is None or whole.path != frame.facts.path:
                whole = self._read(frame.facts)
            found.append(_picture(whole, frame))
        if stopped.is_set():
            # a decoder that was stopped says nothing of the file
            for frame in lot:
                self.failed.pop(frame.facts.path, None)
        return found

    def values(self, frame: Frame) -> Stored | None:
        """Stored values, (row, column), or None when the file failed: `failed` says why."""
        whole = self._whole(frame.facts)
        return None if whole is None else whole.values[frame.index]

    def fingerprint(self, frame: Frame) -> str | None:
        """A hash of shape, type and stored values, whatever the compression; None when the file failed."""
        picture = _picture(self._whole(frame.facts), frame)
        return None if picture is None else picture.fingerprint

    def sha256(self, frame: Frame) -> str:
        """The hash of the frame's file; one of its own when the file can't be read, so that it equals no other."""
        if self._last is not None and self._last.path == frame.facts.path:
            return self._last.sha256
        try:
            return digest(read_file(frame.facts.path)[0])
        except (FileUnusable, OSError):
            return f"unread:{frame.facts.path}"

    def _whole(self, facts: FileFacts) -> _Whole | None:
        if facts.path in self.failed:
            return None
        if self._last is None or self._last.path != facts.path:
            self._last = self._read(facts)
        return self._last

    def _read(self, facts: FileFacts) -> _Whole | None:
        try:
            data, stamp = read_file(facts.path)
            _check_unchanged(stamp, facts)
            pixels = memoryview(data)[slice(*facts.pixels)] if facts.pixels else pixel_bytes(data, facts.layout)
            stored = self._decoder.stored_values(pixels, facts.layout)
            values = shown_by_table(stored, facts)
            return _Whole(facts.path, values, digest(data), before_table(stored, facts))
        except FileUnusable as refusal:
            self.failed[facts.path] = SetAside(facts.path, refusal.what, refusal.why)
        except OSError:
            self.failed[facts.path] = SetAside(facts.path, "file", "the file can't be read")
        except Exception:  # noqa: BLE001 - damage behind the header makes pydicom raise nearly anything; it is counted
            why = "the file is damaged: its header can't be read"
            self.failed[facts.path] = SetAside(facts.path, "DICOM file", why)
        return None


def _picture(whole: _Whole | None, frame: Frame) -> Picture | None:
    if whole is None:
        return None
    values = whole.values[frame.index]
    before = None if whole.before is None else whole.before[frame.index]
    return Picture(values, fingerprint(values), whole.sha256, before)


def _lots(frames: Sequence[Frame]) -> Iterator[Sequence[Frame]]:
    """Neighbours that are read together: native files up to some MB, else the frames of one file."""
    lot: list[Frame] = []
    for frame in frames:
        if lot and lot[-1].facts.path != frame.facts.path and not _room(lot, frame.facts.layout):
            yield lot
            lot = []
        lot.append(frame)
    if lot:
        yield lot


def _room(lot: Sequence[Frame], layout: PixelLayout) -> bool:
    native = layout.transfer_syntax in NATIVE and lot[0].facts.layout.transfer_syntax in NATIVE
    size = frame_bytes(layout) * layout.frames
    return native and len(lot) < FILES_AT_ONCE and (len(lot) + 1) * size <= BYTES_AT_ONCE


def _held(waiting: Iterable[tuple[Sequence[Frame], object]]) -> int:
    """Bytes of the pictures of some lots."""
    return sum(frame_bytes(frame.facts.layout) for lot, _ in waiting for frame in lot)


def _check_unchanged(stamp: str, facts: FileFacts) -> None:
    if stamp != facts.stamp:
        raise FileUnusable("the file changed while it was being imported")


def fingerprint(values: Stored) -> str:
    """A hash of the image's shape, type and values."""
    found = hashlib.sha256(repr((values.shape, values.dtype.str)).encode())
    found.update(values.data if values.flags.c_contiguous else values.tobytes())
    return found.hexdigest()
