"""The stored values of a frame, read again from its file when they are wanted; a file that fails is remembered."""

from __future__ import annotations

import hashlib
from pathlib import Path

from workstation.intake.decode import Decoder, Stored
from workstation.intake.errors import FileUnusable
from workstation.intake.findings import SetAside
from workstation.intake.frames import FileFacts, Frame, digest
from workstation.intake.pixel_layout import check_pixels
from workstation.intake.scan import parse, read_file


class PixelSource:
    """Reads and decodes; keeps the last file, since the frames of a multi-frame file follow each other."""

    def __init__(self, decoder: Decoder) -> None:
        self._decoder = decoder
        self._last: tuple[Path, Stored] | None = None
        self.failed: dict[Path, SetAside] = {}

    def values(self, frame: Frame) -> Stored | None:
        """Stored values, (row, column), or None when the file failed: `failed` says why."""
        path = frame.facts.path
        if path in self.failed:
            return None
        if self._last is None or self._last[0] != path:
            decoded = self._decoded(frame.facts)
            if decoded is None:
                return None
            self._last = (path, decoded)
        image: Stored = self._last[1][frame.index]
        return image

    def fingerprint(self, frame: Frame) -> str | None:
        """A hash of shape, type and stored values, whatever the compression; None when the file failed."""
        values = self.values(frame)
        return None if values is None else fingerprint(values)

    def _decoded(self, facts: FileFacts) -> Stored | None:
        try:
            data = read_file(facts.path)
            _check_unchanged(data, facts)
            dataset, _ = parse(data)
            return self._decoder.stored_values(check_pixels(dataset, facts.layout), facts.layout)
        except FileUnusable as refusal:
            self.failed[facts.path] = SetAside(facts.path, refusal.what, refusal.why)
        except OSError:
            self.failed[facts.path] = SetAside(facts.path, "file", "the file can't be read")
        return None


def _check_unchanged(data: bytes, facts: FileFacts) -> None:
    if digest(data) != facts.sha256:
        raise FileUnusable("the file changed while it was being imported")


def fingerprint(values: Stored) -> str:
    """A hash of the image's shape, type and values."""
    return hashlib.sha256(repr((values.shape, values.dtype.str)).encode() + values.tobytes()).hexdigest()
