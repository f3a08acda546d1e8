"""Scanned headers by person, until that person's turn: the last ones in memory, the others in a file without a name.

The file is gone with the process that made it, and nothing but that process can open it.
"""

from __future__ import annotations

import os
import tempfile
from collections import defaultdict
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import msgspec

from workstation.intake.frames import Frame
from workstation.intake.headers.scan import Scanned

# Frames that are held in memory before they go to the file; some megabytes
MOST_HELD = 4_096


def _plain(value: Any) -> bytes:  # noqa: ANN401 - what msgspec doesn't know
    if isinstance(value, Path):
        # names may hold bytes that are no text
        return os.fsencode(value)
    raise NotImplementedError(type(value).__name__)


def _typed(wanted: type, value: Any) -> Path:  # noqa: ANN401 - as above
    if wanted is Path:
        return Path(os.fsdecode(value))
    raise NotImplementedError(wanted.__name__)


_ENCODER = msgspec.msgpack.Encoder(enc_hook=_plain)
_DECODER = msgspec.msgpack.Decoder(list[tuple[Frame, ...]], dec_hook=_typed)


class Spool:
    """What was scanned, taken out again a person at a time. Use it as a context manager."""

    def __init__(self) -> None:
        self._held: dict[str, list[Scanned]] = defaultdict(list)
        self._count = 0
        self._lots: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self._file: IO[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, person: str, scanned: Scanned) -> None:
        """Keep a file's headers.

        Raises:
            OSError: there is no room for them.
        """
        self._held[person].append(scanned)
        self._count += len(scanned.frames)
        if self._count > MOST_HELD:
            self._write()

    def take(self, person: str) -> list[Scanned]:
        """All that was kept of a person; it is forgotten here."""
        found: list[Scanned] = []
        for start, size in self._lots.pop(person, ()):
            found += [Scanned(frames[0].facts.path, frames) for frames in _DECODER.decode(self._read(start, size))]
        return found + self._held.pop(person, [])

    def _write(self) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile(prefix="ramris-")  # noqa: SIM115 - closed with the spool
        unwritten = {}
        for person, files in self._held.items():
            try:
                lot = _ENCODER.encode([file.frames for file in files])
            except UnicodeEncodeError:
                # broken text that is no text in UTF-8 either; it's rare, and stays in memory
                unwritten[person] = files
                continue
            self._lots[person].append((self._file.seek(0, os.SEEK_END), len(lot)))
            self._file.write(lot)
        self._held = defaultdict(list, unwritten)
        self._count = 0

    def _read(self, start: int, size: int) -> bytes:
        if self._file is None:
            return b""
        self._file.seek(start)
        return self._file.read(size)
