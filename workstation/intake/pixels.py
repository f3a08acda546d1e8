"""The stored values of a frame, read again from its file when they are wanted; a file that fails is remembered."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from workstation.intake.decode import Decoder, Stored
from workstation.intake.errors import FileUnusable
from workstation.intake.findings import SetAside
from workstation.intake.frames import FileFacts, Frame, digest
from workstation.intake.pixel_layout import check_pixels
from workstation.intake.quick_scan import native_pixels
from workstation.intake.scan import parse, read_file


@dataclass(frozen=True, slots=True)
class _Whole:
    """A file that was read: all its frames, and the hash of its bytes."""

    path: Path
    values: Stored
    sha256: str


class PixelSource:
    """Reads and decodes; keeps the last file, since the frames of a multi-frame file follow each other."""

    def __init__(self, decoder: Decoder) -> None:
        self._decoder = decoder
        self._last: _Whole | None = None
        self.failed: dict[Path, SetAside] = {}

    def values(self, frame: Frame) -> Stored | None:
        """Stored values, (row, column), or None when the file failed: `failed` says why."""
        whole = self._whole(frame.facts)
        return None if whole is None else whole.values[frame.index]

    def fingerprint(self, frame: Frame) -> str | None:
        """A hash of shape, type and stored values, whatever the compression; None when the file failed."""
        values = self.values(frame)
        return None if values is None else fingerprint(values)

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
            pixels = native_pixels(data, facts.layout) or check_pixels(parse(data)[0], facts.layout)
            return _Whole(facts.path, self._decoder.stored_values(pixels, facts.layout), digest(data))
        except FileUnusable as refusal:
            self.failed[facts.path] = SetAside(facts.path, refusal.what, refusal.why)
        except OSError:
            self.failed[facts.path] = SetAside(facts.path, "file", "the file can't be read")
        except Exception:  # noqa: BLE001 - damage behind the header makes pydicom raise nearly anything; it is counted
            why = "the file is damaged: its header can't be read"
            self.failed[facts.path] = SetAside(facts.path, "DICOM file", why)
        return None


def _check_unchanged(stamp: str, facts: FileFacts) -> None:
    if stamp != facts.stamp:
        raise FileUnusable("the file changed while it was being imported")


def fingerprint(values: Stored) -> str:
    """A hash of the image's shape, type and values."""
    return hashlib.sha256(repr((values.shape, values.dtype.str)).encode() + values.tobytes()).hexdigest()
