"""Protocol: what a study asks of each pair of visits, from a TOML file in it; a mistake is named with its location."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from msgspec import Struct

from scoring.errors import TomlRefused
from scoring.ordinary_file import content_of
from scoring.schemes.folder import PROTOCOL_FILE, part_of
from scoring.schemes.scheme import Scheme, SeriesRef
from scoring.toml_file import TomlLocation, read_toml, shipped_text
from scoring.values import replace
from storage.schemes.study_schemes import StudySchemes
from workstation.intake.decisions.turned import THE_STANDARD_WAY, Shown
from workstation.intake.series.stand_ins import ASKED, StandIns
from workstation.intake.series.wording import unaccented

WITHOUT_PROTOCOL: Final = "follows_from_scheme.toml"
_ITS_ID: Final = '"the-scheme"'


class Visits(Struct, frozen=True, forbid_unknown_fields=True):
    """How many, how many months apart at least and at most, and words of folder names that tell which is which."""

    count: int
    months_between: tuple[float, float]
    baseline_words: tuple[str, ...]
    follow_up_words: tuple[str, ...]


class Persons(Struct, frozen=True, forbid_unknown_fields=True):
    """Endings of a patient ID that name the visit and are cut off before IDs are compared; # is a number."""

    visit_endings: tuple[str, ...] = ()


class Descriptions(Struct, frozen=True, forbid_unknown_fields=True):
    """Words of a site's descriptions that say nothing of the kind of a series: names of clinics, of rooms, of coils."""

    harmless_words: tuple[str, ...] = ()

    @property
    def harmless(self) -> frozenset[str]:
        """As descriptions are read: upper case, without accents."""
        return frozenset(map(unaccented, self.harmless_words))


class Anatomy(Struct, frozen=True, forbid_unknown_fields=True):
    """Values of BodyPartExamined that are right, upper case; with none nothing is asked. name: in words."""

    body_parts: tuple[str, ...]
    # protocols from before it are all of the wrist
    name: str = "wrist or hand"


class Coverage(Struct, frozen=True, forbid_unknown_fields=True):
    """The least that must be covered, in mm: by axial slices, by coronal slices, and within each slice."""

    along_axial_mm: float
    through_coronal_mm: float
    in_plane_mm: float


class Change(Struct, frozen=True, forbid_unknown_fields=True):
    """How far a series may differ between two visits, in per cent of the first."""

    pixel_spacing: float
    slice_spacing: float
    repetition_time: float
    echo_time: float
    field_strength: float
    coverage: float


class WantedSeries(Struct, frozen=True, forbid_unknown_fields=True):
    """A series of each visit, the features that can't be scored without it, and those scored less surely.

    A file names features by code or by name; `protocol_of` gives names.
    """

    kind: str
    plane: str
    unscorable: tuple[str, ...]
    weakened: tuple[str, ...]


class Contrast(Struct, frozen=True, forbid_unknown_fields=True):
    """The kind that must come after the plain one."""

    plain: str
    after: str


class StudyProtocol(Struct, frozen=True, forbid_unknown_fields=True):
    """All of it."""

    id: str
    name: str
    source: str
    visits: Visits
    anatomy: Anatomy
    coverage: Coverage
    change: Change
    series: tuple[WantedSeries, ...]
    # a study without an agent has none
    contrast: Contrast | None = None
    stand_ins: StandIns = ASKED
    shown: Shown = THE_STANDARD_WAY
    # studies from before it have none
    persons: Persons = Persons()
    descriptions: Descriptions = Descriptions()

    @property
    def wanted(self) -> tuple[tuple[str, str], ...]:
        """Kind and plane of each series of a visit."""
        return tuple((item.kind, item.plane) for item in self.series)


def protocol_text(scheme: Scheme) -> str:
    """The protocol of a scheme as TOML; where it has none, what follows from the series that its features name."""
    return part_of(scheme, PROTOCOL_FILE) or _from_series(scheme)


def _from_series(scheme: Scheme) -> str:
    lacking: dict[SeriesRef, tuple[list[str], list[str]]] = {}
    for feature in scheme.features:
        # of the series that a feature is judged on the first is the one that it can't be scored without
        for number, series in enumerate(dict.fromkeys((*feature.judged_on, *feature.confirmed_on))):
            without, less = lacking.setdefault(series, ([], []))
            (less if number or not feature.judged_on else without).append(feature.name.lower())
    entries = [
        f"\n[[series]]\nkind = {_quoted(series.kind)}\nplane = {_quoted(series.plane)}\n"
        f"unscorable = [{', '.join(map(_quoted, without))}]\nweakened = [{', '.join(map(_quoted, less))}]\n"
        for series, (without, less) in lacking.items()
    ]
    # `study check` says whose wishes are met
    start = shipped_text("workstation.intake.protocol", WITHOUT_PROTOCOL).replace(_ITS_ID, _quoted(scheme.id), 1)
    return start + "".join(entries) if entries else f"series = []\n{start}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def protocol_of(study: Path, scheme: Scheme) -> StudyProtocol:
    """The protocol that lies in the study, that of its scheme where none does.

    Raises:
        TomlRefused: the file can't be read, or doesn't say what it must.
    """
    file = study / PROTOCOL_FILE
    try:
        text = content_of(file).decode() if file.exists() else protocol_text(scheme)
    except (OSError, UnicodeDecodeError) as error:
        raise TomlRefused(f"{PROTOCOL_FILE}: can't be read as text. Take it from another study") from error
    return in_names(load_protocol(text), scheme)


def in_names(protocol: StudyProtocol, scheme: Scheme) -> StudyProtocol:
    """The protocol with features by name, as people read them, where it has their codes."""
    names = {str(feature.code): feature.name.lower() for feature in scheme.features}

    def named(said: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(names.get(word, word) for word in said)

    series = (
        replace(item, unscorable=named(item.unscorable), weakened=named(item.weakened)) for item in protocol.series
    )
    return replace(protocol, series=tuple(series))


def protocol_in(study: Path, schemes: StudySchemes) -> StudyProtocol:
    """The protocol of a study with what its further schemes ask for in images of other modalities. Raises likewise."""
    own = protocol_of(study, schemes.own)
    others = [scheme for scheme in schemes.all if scheme.modality != schemes.own.modality]
    for beside in (in_names(load_protocol(protocol_text(scheme)), scheme) for scheme in others):
        asked = {(item.kind, item.plane) for item in own.series}
        series = tuple(item for item in beside.series if (item.kind, item.plane) not in asked)
        parts = (own.anatomy.body_parts, beside.anatomy.body_parts)
        anatomy = Anatomy((*parts[0], *parts[1]) if all(parts) else (), f"{own.anatomy.name} or {beside.anatomy.name}")
        own = replace(own, series=(*own.series, *series), anatomy=anatomy)
    return own


def load_protocol(text: str) -> StudyProtocol:
    """The protocol from TOML text; TomlRefused names the location of a mistake."""
    found = read_toml(text, StudyProtocol, PROTOCOL_FILE)
    low, high = found.visits.months_between
    if not 0 <= low <= high:
        TomlLocation(PROTOCOL_FILE).at("visits", "months_between").refuse("two numbers, the lowest first")
    return found
