"""Tables of a scheme file: the keys that each may have."""

from __future__ import annotations

from decimal import Decimal

from msgspec import UNSET, Struct, UnsetType, field


class SiteToml(Struct, forbid_unknown_fields=True):
    """One site."""

    code: str
    name: str
    note: str = ""
    long_bone: bool | None = None


class GradeToml(Struct, forbid_unknown_fields=True):
    """One grade and its words; of one that has a letter the number may be left out, and then of all of them."""

    label: str
    definition: str
    grade: Decimal | UnsetType = UNSET
    letter: str = ""
    key: str = ""


class ScaleToml(Struct, forbid_unknown_fields=True):
    """The scale of a feature; where its grades have letters they say the range themselves."""

    grades: list[GradeToml]
    minimum: Decimal | UnsetType = UNSET
    maximum: Decimal | UnsetType = UNSET
    step: Decimal | UnsetType = UNSET


class FeatureToml(Struct, forbid_unknown_fields=True):
    """One feature; series as `KIND PLANE`."""

    code: str
    name: str
    what_counts: str
    needs_contrast: bool
    judged_on: list[str]
    source: str
    sites: list[SiteToml]
    scale: ScaleToml
    confirmed_on: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unconfirmed: list[str] = field(default_factory=list)
    key: str = ""


class TotalToml(Struct, forbid_unknown_fields=True):
    """One total; its range, where it is declared, is checked against the sites."""

    code: str
    name: str
    features: list[str]
    minimum: Decimal | UnsetType = UNSET
    maximum: Decimal | UnsetType = UNSET


class UnscorableToml(Struct, forbid_unknown_fields=True):
    """One code for a site without a grade."""

    code: str
    name: str
    needs_text: bool = False
    key: str = ""
    series_absent: bool | None = None


class SchemeToml(Struct, forbid_unknown_fields=True):
    """The whole file; `files` is written when a folder becomes the one text that a study keeps."""

    id: str
    version: str
    name: str
    sources: list[str]
    unscorable: list[UnscorableToml]
    features: list[FeatureToml]
    totals: list[TotalToml]
    modality: str = "MR"
    unconfirmed: list[str] = field(default_factory=list)
    files: dict[str, str] | None = None
