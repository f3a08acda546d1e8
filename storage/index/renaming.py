"""New names for the series, frames and images of each case of a reader's copy, so that no two cases share one.

Two readings of one subject are of the same images: whoever finds one name in both knows a repeat. Names come from a key
that stays with the coordinator, so they can be given back when the copy comes home.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Final

from scoring.values import replace
from storage.records import SeriesRecord, SliceRecord, VisitRecord

_CODE_LENGTH: Final = 8
# a UID below 2.25 is a whole number (DICOM PS3.5 B.2); with 39 digits each, none is longer than another
_LEAST, _MOST = 10**38, 2**128
_QUOTED: Final = re.compile(r'"([^"\\]*)"')


class NewNames:
    """The names of one case of one copy; the same ones again from the same key."""

    def __init__(self, key: bytes, case: str) -> None:
        self._key, self._case = key, case

    def series(self, code: str) -> str:
        """Eight letters and digits (A-Z, 2-7) for a series."""
        return self._code("series", code)

    def frame(self, frame: str) -> str:
        """The same for a frame of reference; an unknown one stays unknown."""
        return frame and self._code("frame", frame)

    def uid(self, uid: str) -> str:
        """A UID of 44 characters for any one of the images."""
        return f"2.25.{_LEAST + int.from_bytes(self._digest('uid', uid)[:17], 'big') % (_MOST - _LEAST)}"

    def visits(self, visits: tuple[VisitRecord, ...]) -> tuple[VisitRecord, ...]:
        """The index of the case under its new names; where the pixels begin is that of the old files."""
        return tuple(replace(visit, series=tuple(map(self._series, visit.series))) for visit in visits)

    def _series(self, series: SeriesRecord) -> SeriesRecord:
        code = self.series(series.code)
        slices = tuple(self._slice(code, item) for item in series.slices)
        return replace(series, code=code, frame=self.frame(series.frame), slices=slices)

    def _slice(self, code: str, item: SliceRecord) -> SliceRecord:
        file = f"{code}/{self._digest('file', item.uid).hex()[:24]}.dcm"
        return replace(item, uid=self.uid(item.uid), file=file)

    def _code(self, *parts: str) -> str:
        return base64.b32encode(self._digest(*parts)).decode("ascii")[:_CODE_LENGTH]

    def _digest(self, *parts: str) -> bytes:
        raw = [part.encode("utf-8", "surrogatepass") for part in (self._case, *parts)]
        # lengths in front, so that parts can't run into each other
        message = b"".join(len(part).to_bytes(4, "big") + part for part in raw)
        return hmac.digest(self._key, message, hashlib.sha256)


def renamed(text: str, names: Mapping[str, str]) -> str:
    """JSON with every whole string that is a name in `names` written as the other one; all else byte for byte."""
    return _QUOTED.sub(lambda found: f'"{names.get(found[1], found[1])}"', text)
