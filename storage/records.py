"""Records of the index of a study, as frozen values. No SQL here, so the reader's side may know them.

Coordinates are DICOM's patient system: LPS, millimetres, right-handed.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from scoring.readings.reading import VISITS, Answer, SiteKey
from scoring.schemes.modalities import MR

Vector3 = tuple[float, float, float]


class SliceRecord(Struct, frozen=True):
    """One image of a series. `file` is relative to images/; its pixels start at `pixel_offset` bytes,
    native little endian, rows x columns, of the series' dtype. `position_mm` is the centre of the first voxel.
    `uid` is the new SOP Instance UID.
    """

    uid: str
    file: str
    pixel_offset: int
    position_mm: Vector3


class SeriesRecord(Struct, frozen=True):
    """One stack of parallel images with one geometry, slices ordered along the normal, lowest first.

    code: opaque, unique in the study. kind: T1, T2FS, PD, T1FSGD or OTHER. plane: AX, COR or SAG.
    frame: opaque code of the frame of reference; two series share coordinates only where it is equal; "" unknown.
    orientation: row cosines (direction of increasing column) then column cosines (direction of increasing row).
    pixel_spacing_mm: (row, column) as in PixelSpacing. slice_spacing_mm: median distance of neighbours along
    the normal, None for a single slice. dtype: a NumPy name: uint8, int8, uint16, int16, uint32 or int32.
    inverted: MONOCHROME1. minimum, maximum, window_low, window_high: stored values; the window is the
    1st to 99.5th percentile of the series. padding: first and last stored value of each range that was put around
    the images; what it fills counts in none of the four. pixels_sha256: see `storage.index.pixel_digests`, "" where the
    series was imported before the record had it. turn: how it is turned for showing, one of `imaging.turning`.
    """

    code: str
    kind: str
    plane: str
    frame: str
    rows: int
    columns: int
    pixel_spacing_mm: tuple[float, float]
    slice_spacing_mm: float | None
    orientation: tuple[float, float, float, float, float, float]
    dtype: str
    inverted: bool
    minimum: int
    maximum: int
    window_low: float
    window_high: float
    slices: tuple[SliceRecord, ...]
    padding: tuple[tuple[int, int], ...] = ()
    pixels_sha256: str = ""
    turn: str = ""

    @property
    def pane(self) -> str:
        """What shares scale, shift and outline on the screen: a plane of MR; of radiographs the kind, too."""
        return self.plane if self.plane in MR.planes else f"{self.kind} {self.plane}"


class VisitRecord(Struct, frozen=True):
    """One visit: 1 is baseline, 2 follow-up, or A and B where the order is hidden. No date: dates are in the vault.

    side: which hand by the headers, L or R; "" where they don't say, or say both.
    """

    number: int
    series: tuple[SeriesRecord, ...]
    side: str = ""


class SubjectRecord(Struct, frozen=True):
    """One person under the study's code, as the coordinator's side writes it."""

    code: str
    visits: tuple[VisitRecord, ...]


class CaseRecord(Struct, frozen=True):
    """What a reader may know of a case: its code, where its pixels are, and one visit or two, numbered by position.

    ordered: visit 1 is baseline and 2 follow-up; otherwise they are A and B, and nobody here knows which came first.
    """

    code: str
    images: Path
    visits: tuple[VisitRecord, ...]
    ordered: bool = True

    @property
    def alone(self) -> bool:
        """Whether it shows one visit. Which one of its subject's nobody here knows."""
        return len(self.visits) == 1

    @property
    def asked(self) -> tuple[int, ...]:
        """The visits that are asked for; of a case without images, which takes no answer, both."""
        return tuple(visit.number for visit in self.visits) or VISITS


class Assignment(Struct, frozen=True):
    """One entry of a reader's worklist. `subject` is for the coordinator; the reader sees `case` alone.

    `due_at_utc`: from when on a re-read is on the worklist, ISO 8601 with Z; None is at once. `visits`: those of the
    subject that a re-read shows. `enrolment`: which of the subject's.
    """

    case: str
    subject: str
    round: int
    due_at_utc: str | None = None
    visits: tuple[int, ...] = ()
    enrolment: int = 1


class CaseProgress(Struct, frozen=True):
    """A worklist entry as the reader sees it: how many of how many answers are given; draft, signed or parked."""

    case: str
    answered: int
    wanted: int
    status: str = "draft"


MATCHED, SAME_NUMBERS, NOT_MATCHED = "MATCHED", "SAME_NUMBERS", "NOT_MATCHED"


class SeenLight(Struct, frozen=True):
    """How both visits' grey was related when a grade was given.

    how: MATCHED, the same tissue alike; SAME_NUMBERS, as stored, by the reader's wish; NOT_MATCHED. gain: how many
    times brighter unchanged tissue is at visit 2 than at visit 1, in stored values; None where that isn't known.
    voxels: how many show it. other_series: the series beside it at the other visit, "" where there is none; other_low,
    other_high: its window.
    """

    how: str
    gain: float | None = None
    voxels: int = 0
    other_series: str = ""
    other_low: float | None = None
    other_high: float | None = None


class _Told(msgspec.Struct):
    """What of the marks is read here."""

    expected: bool = False
    light: SeenLight | None = None


class Sighting(Struct, frozen=True):
    """Where a grade was seen: series and slice (from 0), the cursor's point in LPS mm, the window in stored values.

    measured: what was measured there as an aid: `width_mm`, `share_percent`, or empty; `measured_value` is the number.
    marks: what was drawn for it, JSON of the reading room, or empty.
    """

    series: str
    slice_index: int
    point_mm: Vector3
    window_low: float
    window_high: float
    measured: str = ""
    measured_value: float | None = None
    marks: str = ""

    @property
    def expected(self) -> bool:
        """Whether the reader chose no point: the cursor stood where the site is expected. As the marks say it."""
        return self._told.expected

    @property
    def light(self) -> SeenLight | None:
        """How both visits' grey was related; None where it wasn't kept, and before the visits were compared."""
        return self._told.light

    @property
    def _told(self) -> _Told:
        try:
            return msgspec.json.decode(self.marks, type=_Told) if self.marks else _Told()
        except msgspec.DecodeError:
            return _Told()


class Viewing(Struct, frozen=True, omit_defaults=True):
    """What of a site had stood on the screen when it was answered, and how the answer was given.

    series: kind and plane of the series that the site is judged on, such as "T1 COR"; "" where the slices that show the
    site aren't known. first, last: those slices of it, counted from 0. at: the site's position on them, in thousandths
    of the image. seen: how many of them had been in sight; seconds: how long. by: "" for a key or click of its own,
    ZEROED where all blank sites were graded 0 at once, COPIED from the other visit, ABSENT where all blank sites were
    marked at once because a series is missing, TAKEN_A or TAKEN_B from one of two readings beside. beside: whether
    these were shown at the site.
    """

    series: str = ""
    first: int = 0
    last: int = -1
    at: tuple[int, int] = (0, 0)
    seen: int = 0
    seconds: float = 0.0
    by: str = ""
    beside: bool = False

    @property
    def needed(self) -> int:
        """How many slices show the site; 0 where that isn't known."""
        return self.last - self.first + 1


ZEROED, COPIED, ABSENT = "ZEROED", "COPIED", "ABSENT"
# of two readings beside a third reader's own, by their names
TAKEN: Final = {"A": "TAKEN_A", "B": "TAKEN_B"}


class BesideAnswer(Struct, frozen=True):
    """What one of two readings beside a third reader's own says of a site; nothing tells whose it is.

    series, slice_index, point_mm: where that grade was given; "", 0 and None where no place was chosen.
    """

    answer: Answer
    series: str = ""
    slice_index: int = 0
    point_mm: Vector3 | None = None


# by site the two readings, A and B
Beside = Mapping[SiteKey, tuple[BesideAnswer, BesideAnswer]]


class SightedGrade(Struct, frozen=True):
    """A grade that stands, and its place; `answer` as the record writes it."""

    reader: str
    case: str
    visit: int
    feature: str
    site: str
    answer: str
    sighting: Sighting


class SiteNote(Struct, frozen=True):
    """What a reader noted at a site: words, and whether the grade is unsure. Neither is part of the grade."""

    text: str = ""
    unsure: bool = False


class KeyImage(Struct, frozen=True):
    """A slice that a reader keeps at a site to find it again; `number` is its own in the case, from 1.

    slice_index: from 0. point_mm: the cursor, LPS. window_low, window_high: stored values shown black and white.
    """

    number: int
    key: SiteKey
    series: str
    slice_index: int
    point_mm: Vector3
    window_low: float
    window_high: float


DISPLAY_PASSED, DISPLAY_FAILED, DISPLAY_SKIPPED = "passed", "failed", "skipped"


class DisplayCheck(Struct, frozen=True):
    """What a reader could tell apart on a screen: passed, failed or skipped; `missed` names what wasn't told.

    screen: its size in pixels and the density, such as "1920x1080 at 1"; nothing that says whose it is.
    """

    screen: str
    outcome: str
    missed: tuple[str, ...] = ()
