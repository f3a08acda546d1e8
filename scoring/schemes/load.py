"""TOML text -> Scheme. A mistake is refused with file, location and what is allowed."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from decimal import Decimal
from hashlib import sha256
from typing import TypeVar

from msgspec import UnsetType

from scoring.schemes.folder import DEFAULT, PARTS, SCHEME_FILE, shipped_folder
from scoring.schemes.load_scale import key_of, scale_of
from scoring.schemes.modalities import MODALITIES, Modality
from scoring.schemes.scheme import (
    Feature,
    FeatureCode,
    Scheme,
    SeriesRef,
    Site,
    SiteCode,
    Total,
    TotalCode,
    UnscorableCode,
)
from scoring.schemes.scheme_toml import (
    FeatureToml,
    SchemeToml,
    SiteToml,
    TotalToml,
    UnscorableToml,
)
from scoring.toml_file import TomlLocation, read_toml

_ID = re.compile(r"[a-z][a-z0-9-]{0,39}")
_CODE = re.compile(r"[A-Z][A-Z0-9-]{0,7}")
_LONG_BONE = "1 cm from the articular surface"
_SERIES_ABSENT = "SQ"


def load_scheme(text: str, file: str) -> Scheme:
    """The scheme that a TOML text says.

    Args:
        text: the whole file; its SHA-256 (of UTF-8) becomes `Scheme.sha256`.
        file: what to call the file in a refusal.

    Raises:
        TomlRefused: anything that isn't allowed, with file and location.
    """
    location = TomlLocation(file)
    raw = read_toml(text, SchemeToml, file)
    if not _ID.fullmatch(raw.id):
        location.at("id").refuse(f"{raw.id!r}: 1 to 40 of a-z, 0-9 and dash, a letter first")
    name, version = location.line("name", raw.name), location.line("version", raw.version)
    if raw.modality not in MODALITIES:
        location.at("modality").refuse(f"no modality {raw.modality!r} (there is: {', '.join(MODALITIES)})")
    modality = MODALITIES[raw.modality]
    codes = frozenset(code.code for code in raw.unscorable)
    features = _each(location, "features", raw.features, lambda where, item: _feature(where, item, modality, codes))
    location.at("features").unique((feature.code for feature in features), "feature")
    if not features:
        location.at("features").refuse("at least one is needed")
    totals = _each(location, "totals", raw.totals, lambda where, item: _total(where, item, features))
    location.at("totals").unique((total.code for total in totals), "total")
    unscorable = _each(location, "unscorable", raw.unscorable, _unscorable)
    location.at("unscorable").unique((code.code for code in unscorable), "unscorable code")
    digest = sha256(text.encode()).hexdigest()
    files = None if raw.files is None else _files(location.at("files"), raw.files)
    sources = _lines(location.at("sources"), raw.sources)
    unconfirmed = _lines(location.at("unconfirmed"), raw.unconfirmed)
    return Scheme(
        raw.id, version, name, features, totals, unscorable, sources, digest, modality.code, files, unconfirmed
    )


def shipped_scheme(scheme_id: str = DEFAULT) -> Scheme:
    """A shipped scheme, loaded."""
    return load_scheme(shipped_folder(scheme_id).packed(), f"{scheme_id}/{SCHEME_FILE}")


_RawT = TypeVar("_RawT")
_ValueT = TypeVar("_ValueT")


def _each(
    location: TomlLocation, key: str, entries: Sequence[_RawT], build: Callable[[TomlLocation, _RawT], _ValueT]
) -> tuple[_ValueT, ...]:
    return tuple(build(location.at(key, index), entry) for index, entry in enumerate(entries))


def _code(location: TomlLocation, text: str) -> str:
    if not _CODE.fullmatch(text):
        location.at("code").refuse(f"{text!r}: 1 to 8 of A-Z, 0-9 and dash, a letter first")
    return text


def _unscorable(location: TomlLocation, raw: UnscorableToml) -> UnscorableCode:
    code = _code(location, raw.code)
    # schemes from before the key have this code for it
    absent = code == _SERIES_ABSENT if raw.series_absent is None else raw.series_absent
    key = key_of(location.at("key"), raw.key)
    return UnscorableCode(code, location.line("name", raw.name), raw.needs_text, key, absent)


def _lines(location: TomlLocation, texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(location.line(number, text) for number, text in enumerate(texts))


def _files(location: TomlLocation, raw: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    for name in raw:
        if name not in PARTS:
            location.refuse(f"{name!r} is no part of a scheme (parts: {', '.join(PARTS)})")
    return tuple(raw.items())


def _feature(location: TomlLocation, raw: FeatureToml, modality: Modality, codes: Collection[str]) -> Feature:
    sites = _each(location, "sites", raw.sites, _site)
    if not sites:
        location.at("sites").refuse("at least one is needed")
    location.at("sites").unique((site.code for site in sites), "site")
    return Feature(
        code=FeatureCode(_code(location, raw.code)),
        name=location.line("name", raw.name),
        what_counts=location.line("what_counts", raw.what_counts),
        scale=scale_of(location.at("scale"), raw.scale, codes),
        sites=sites,
        judged_on=_series(location.at("judged_on"), raw.judged_on, modality),
        confirmed_on=_series(location.at("confirmed_on"), raw.confirmed_on, modality),
        needs_contrast=raw.needs_contrast,
        notes=_lines(location.at("notes"), raw.notes),
        source=location.line("source", raw.source),
        unconfirmed=_lines(location.at("unconfirmed"), raw.unconfirmed),
        key=key_of(location.at("key"), raw.key),
    )


def _site(location: TomlLocation, raw: SiteToml) -> Site:
    note = location.line("note", raw.note) if raw.note else ""
    # schemes from before the key say it in the note alone
    long_bone = _LONG_BONE in note if raw.long_bone is None else raw.long_bone
    return Site(SiteCode(_code(location, raw.code)), location.line("name", raw.name), note, long_bone)


def _series(location: TomlLocation, texts: Sequence[str], modality: Modality) -> tuple[SeriesRef, ...]:
    location.unique(texts, "series")
    found: list[SeriesRef] = []
    for text in texts:
        kind, _, plane = text.partition(" ")
        if kind not in modality.kinds or plane not in modality.planes:
            kinds, planes = ", ".join(modality.kinds), ", ".join(modality.planes)
            location.refuse(f"{text!r} is no series of {modality.code}: kind ({kinds}), space, plane ({planes})")
        found.append(SeriesRef(kind, plane))
    return tuple(found)


def _total(location: TomlLocation, raw: TotalToml, features: tuple[Feature, ...]) -> Total:
    known = {str(feature.code): feature for feature in features}
    if not raw.features:
        location.at("features").refuse("at least one feature is needed")
    location.at("features").unique(raw.features, "feature")
    for code in raw.features:
        if code not in known:
            location.at("features").refuse(f"no feature {code!r} (declared: {', '.join(known)})")
    parts = [known[code] for code in raw.features]
    low = sum((part.scale.minimum * len(part.sites) for part in parts), Decimal(0))
    high = sum((part.scale.maximum * len(part.sites) for part in parts), Decimal(0))
    minimum = low if isinstance(raw.minimum, UnsetType) else raw.minimum
    maximum = high if isinstance(raw.maximum, UnsetType) else raw.maximum
    if (minimum, maximum) != (low, high):
        location.refuse(f"range {minimum}-{maximum} is declared, but its sites add up to {low}-{high}")
    codes = tuple(FeatureCode(code) for code in raw.features)
    return Total(TotalCode(_code(location, raw.code)), location.line("name", raw.name), codes, minimum, maximum)
