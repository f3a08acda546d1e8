"""Protocol: what a study asks of each pair of visits, from a TOML file in it; a mistake is named with its location."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import msgspec

from scoring.errors import RamrisError

PROTOCOL_FILE = "protocol.toml"
SHIPPED = "ramris-wrist"


class ProtocolInvalid(RamrisError):
    """The file doesn't say what it must; the message names the place."""


class Visits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many, how many months apart at least and at most, and words of folder names that tell which is which."""

    count: int
    months_between: tuple[float, float]
    baseline_words: tuple[str, ...]
    follow_up_words: tuple[str, ...]


class Anatomy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Values of BodyPartExamined that are right, upper case."""

    body_parts: tuple[str, ...]


class Coverage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The least that must be covered, in mm: by axial slices, by coronal slices, and within each slice."""

    along_axial_mm: float
    through_coronal_mm: float
    in_plane_mm: float


class Change(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How far a series may differ between two visits, in per cent of the first."""

    pixel_spacing: float
    slice_spacing: float
    repetition_time: float
    echo_time: float
    field_strength: float
    coverage: float


class WantedSeries(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A series of each visit, the features that can't be scored without it, and those scored less surely."""

    kind: str
    plane: str
    unscorable: tuple[str, ...]
    weakened: tuple[str, ...]


class Contrast(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The kind that must come after the plain one."""

    plain: str
    after: str


class StudyProtocol(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of it."""

    id: str
    name: str
    source: str
    visits: Visits
    anatomy: Anatomy
    coverage: Coverage
    change: Change
    series: tuple[WantedSeries, ...]
    contrast: Contrast


def shipped_text() -> str:
    """The protocol that comes with the program, as TOML."""
    folder = resources.files("workstation.intake.protocol") / "shipped"
    return (folder / f"{SHIPPED}.toml").read_text(encoding="utf-8")


def protocol_of(study: Path) -> StudyProtocol:
    """The protocol that lies in the study, the shipped one where none does.

    Raises:
        ProtocolInvalid: the file can't be read, or doesn't say what it must.
    """
    file = study / PROTOCOL_FILE
    try:
        text = file.read_text(encoding="utf-8") if file.exists() else shipped_text()
    except (OSError, UnicodeDecodeError) as error:
        raise ProtocolInvalid(f"{PROTOCOL_FILE}: can't be read as text. Take it from another study") from error
    return load_protocol(text)


def load_protocol(text: str) -> StudyProtocol:
    """The protocol from TOML text.

    Raises:
        ProtocolInvalid: something is missing, of another type or unknown; the message names the place.
    """
    try:
        found = msgspec.toml.decode(text, type=StudyProtocol)
    except (msgspec.DecodeError, ValueError) as error:
        raise ProtocolInvalid(f"{PROTOCOL_FILE}: {error}") from error
    low, high = found.visits.months_between
    if not 0 <= low <= high:
        raise ProtocolInvalid(f"{PROTOCOL_FILE}: visits.months_between: two numbers, the lowest first")
    return found
