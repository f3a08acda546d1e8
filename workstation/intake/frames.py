"""Frame: one image of a file as a frozen value, alike for classic files and for enhanced multi-frame ones."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from storage.records import Vector3
from workstation.intake.errors import MR, RADIOGRAPH

Orientation = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the file says the patient is, as written there; of the body, sex is upper case, and 0 is unknown."""

    patient_id: str
    issuer: str
    name: str
    birth_date: str
    sex: str = ""
    age: str = ""
    weight_kg: float = 0.0
    height_m: float = 0.0


@dataclass(frozen=True, slots=True)
class PixelLayout:
    """How the stored values lie in the file. bits_*: per value; inverted: MONOCHROME1.

    padding: first and last stored value of each range that was put around the image, see `headers.padding`.
    """

    transfer_syntax: str
    rows: int
    columns: int
    frames: int
    bits_allocated: int
    bits_stored: int
    high_bit: int
    signed: bool
    inverted: bool
    lossy: bool
    padding: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Physics:
    """The acquisition in numbers; times in ms, angles in degrees, thickness in mm, field in tesla. None is unknown."""

    repetition_time: float | None = None
    echo_time: float | None = None
    inversion_time: float | None = None
    flip_angle: float | None = None
    echo_train_length: float | None = None
    slice_thickness: float | None = None
    spacing_between_slices: float | None = None
    pixel_bandwidth: float | None = None
    averages: float | None = None
    field_strength: float | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for a kind of series, upper case as in the file. Only the recognition reads it; nothing copies it.

    sequence: ScanningSequence values and what private or enhanced headers say in its place (SE, GR, EP, IR).
    fat: "" unknown, "YES" suppressed, "NO" stated as not suppressed. image_type: ImageType values.
    side: L, R, B or "" unknown, more than one where it is contradicted; body_part: as written. planned: the plane as a
    Philips console writes it down. position: PatientPosition, such as HFP.
    agent: what is written where the contrast agent belongs, its dose (None unknown) and its way into the body.
    words: descriptions and protocol names; sequence_names: those of sequences.
    """

    sequence: frozenset[str]
    scan_options: tuple[str, ...]
    image_type: tuple[str, ...]
    fat: str
    words: tuple[str, ...]
    sequence_names: tuple[str, ...] = ()
    agent: tuple[str, ...] = ()
    agent_dose: float | None = None
    agent_route: tuple[str, ...] = ()
    side: str = ""
    body_part: str = ""
    planned: str = ""
    position: str = ""


# of a pixel that a plate's reader or a detector has; anything else is another unit, or damage. PS3.3 has no limits
LEAST_MM: Final = 0.02
MOST_MM: Final = 1.0


@dataclass(frozen=True, slots=True)
class Radiograph:
    """What the header of a radiograph says beside what every image has.

    view: ViewPosition, upper case. window: lowest and highest stored value shown, None where the header names none.
    table: what each stored value becomes before anything else is done with it, as bytes of the pixels' own type, lowest
    stored value first; empty where values stay as they are. why: what the table is of. magnification: how much larger
    the picture is at the detector than in the patient, None unknown. sized: whether it says how large a pixel is;
    size_hints: where it doesn't, what lets one expect it, and how many millimetres, likeliest first.
    """

    view: str = ""
    window: tuple[float, float] | None = None
    table: bytes = field(default=b"", repr=False)
    why: str = ""
    magnification: float | None = None
    sized: bool = True
    size_hints: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What all frames of one file share. stamp: changes whenever somebody writes to the file, see `stamp_of`.

    occasion: what the study and its time point are called; identified text, for the vault alone.

    pixels: where their bytes start and end in the file; None when it is deflated. radiograph: None for MR.
    """

    path: Path
    stamp: str
    sop_uid: str
    series_uid: str
    study_uid: str
    frame_of_reference: str
    identity: Identity
    date: str
    series_time: str
    description: str
    burned_in: bool
    layout: PixelLayout
    pixels: tuple[int, int] | None = field(default=None, compare=False)
    occasion: str = field(default="", repr=False)
    radiograph: Radiograph | None = None

    @property
    def sort(self) -> str:
        """What is said of the file where it is set aside."""
        return MR if self.radiograph is None else RADIOGRAPH


@dataclass(frozen=True, slots=True)
class Frame:
    """One image: where it lies and how it was made.

    index: of the frame in its file, from 0. position_mm: LPS centre of the first voxel. orientation: unit row
    cosines, then unit column cosines. spacing_mm: (row, column). acquired: digits that sort by time, "" unknown.
    """

    facts: FileFacts
    index: int
    position_mm: Vector3
    orientation: Orientation
    spacing_mm: tuple[float, float]
    physics: Physics
    evidence: Evidence
    echo_number: int | None
    temporal_position: int | None
    stack_id: str
    b_value: float | None
    acquisition_number: int | None
    instance_number: int | None
    acquired: str

    @property
    def key(self) -> tuple[str, int]:
        """Which image this is, wherever its file lies."""
        return (self.facts.sop_uid, self.index)

    @property
    def normal(self) -> Vector3:
        """Row x column, a unit LPS vector."""
        a, b, c, d, e, f = self.orientation
        return (b * f - c * e, c * d - a * f, a * e - b * d)

    def along(self, normal: Vector3) -> float:
        """The position's projection on the normal of a stack, mm."""
        return sum(self.position_mm[axis] * normal[axis] for axis in range(3))


def stamp_of(status: os.stat_result) -> str:
    """Size, times of the last change and number of a file: equal as long as nobody wrote to it."""
    return f"{status.st_size}:{status.st_mtime_ns}:{status.st_ctime_ns}:{status.st_ino}"


def digest(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()
