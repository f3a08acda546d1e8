"""TOML text -> Scheme. A mistake is refused with file, location and what is allowed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from hashlib import sha256
from importlib.resources import files
from typing import TypeVar

from scoring.errors import TomlRefused
from scoring.schemes.scheme import (
    Feature,
    FeatureCode,
    GradeDefinition,
    Scale,
    Scheme,
    SeriesRef,
    Site,
    SiteCode,
    Total,
    TotalCode,
    UnscorableCode,
    grades_on,
)
from scoring.schemes.scheme_toml import (
    FeatureToml,
    GradeToml,
    ScaleToml,
    SchemeToml,
    SiteToml,
    TotalToml,
    UnscorableToml,
)
from scoring.toml_file import TomlLocation, read_toml

KINDS = ("T1", "T2FS", "PD", "T1FSGD")
PLANES = ("AX", "COR", "SAG")

_ID = re.compile(r"[a-z][a-z0-9-]{0,39}")
_CODE = re.compile(r"[A-Z][A-Z0-9-]{0,7}")


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
    name, version = location.filled("name", raw.name), location.filled("version", raw.version)
    features = _each(location, "features", raw.features, _feature)
    location.at("features").unique((feature.code for feature in features), "feature")
    if not features:
        location.at("features").refuse("at least one is needed")
    totals = _each(location, "totals", raw.totals, lambda where, item: _total(where, item, features))
    location.at("totals").unique((total.code for total in totals), "total")
    unscorable = _each(location, "unscorable", raw.unscorable, _unscorable)
    location.at("unscorable").unique((code.code for code in unscorable), "unscorable code")
    digest = sha256(text.encode()).hexdigest()
    return Scheme(raw.id, version, name, features, totals, unscorable, tuple(raw.sources), digest)


def shipped_ids() -> tuple[str, ...]:
    """The schemes that come with the program, sorted."""
    folder = files("scoring.schemes") / "shipped"
    return tuple(sorted(item.name.removesuffix(".toml") for item in folder.iterdir() if item.name.endswith(".toml")))


def shipped_text(scheme_id: str) -> str:
    """The TOML text of a shipped scheme; TomlRefused names those that there are."""
    if scheme_id not in shipped_ids():
        raise TomlRefused(f"No scheme {scheme_id!r} is shipped (there is: {', '.join(shipped_ids())})")
    # bytes, not read_text: universal newlines would change the text that the SHA-256 is of
    return (files("scoring.schemes") / "shipped" / f"{scheme_id}.toml").read_bytes().decode("utf-8")


def shipped_scheme(scheme_id: str = "ramris-wrist") -> Scheme:
    """A shipped scheme, loaded."""
    return load_scheme(shipped_text(scheme_id), f"{scheme_id}.toml")


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
    return UnscorableCode(_code(location, raw.code), location.filled("name", raw.name), raw.needs_text)


def _feature(location: TomlLocation, raw: FeatureToml) -> Feature:
    sites = _each(location, "sites", raw.sites, _site)
    if not sites:
        location.at("sites").refuse("at least one is needed")
    location.at("sites").unique((site.code for site in sites), "site")
    return Feature(
        code=FeatureCode(_code(location, raw.code)),
        name=location.filled("name", raw.name),
        what_counts=location.filled("what_counts", raw.what_counts),
        scale=_scale(location.at("scale"), raw.scale),
        sites=sites,
        judged_on=_series(location.at("judged_on"), raw.judged_on),
        confirmed_on=_series(location.at("confirmed_on"), raw.confirmed_on),
        needs_contrast=raw.needs_contrast,
        notes=tuple(raw.notes),
        source=location.filled("source", raw.source),
    )


def _site(location: TomlLocation, raw: SiteToml) -> Site:
    return Site(SiteCode(_code(location, raw.code)), location.filled("name", raw.name), raw.note)


def _series(location: TomlLocation, texts: Sequence[str]) -> tuple[SeriesRef, ...]:
    location.unique(texts, "series")
    found: list[SeriesRef] = []
    for text in texts:
        kind, _, plane = text.partition(" ")
        if kind not in KINDS or plane not in PLANES:
            location.refuse(f"{text!r} is no series: kind ({', '.join(KINDS)}), space, plane ({', '.join(PLANES)})")
        found.append(SeriesRef(kind, plane))
    return tuple(found)


def _scale(location: TomlLocation, raw: ScaleToml) -> Scale:
    if not all(value.is_finite() for value in (raw.minimum, raw.maximum, raw.step)):
        location.refuse("minimum, maximum and step are finite numbers")
    if raw.step <= 0 or raw.minimum < 0 or raw.maximum <= raw.minimum or (raw.maximum - raw.minimum) % raw.step != 0:
        location.refuse(
            f"minimum {raw.minimum}, maximum {raw.maximum}, step {raw.step}: "
            "from 0 or above, upwards, in whole steps that end on the maximum"
        )
    grades = _each(location, "grades", raw.grades, _grade)
    scale = Scale(raw.minimum, raw.maximum, raw.step, grades)
    allowed = grades_on(scale)
    for index, grade in enumerate(grades):
        if grade.grade not in allowed:
            location.at("grades", index).refuse(f"{grade.grade} is not on the scale ({_span(scale)})")
    location.at("grades").unique((grade.grade for grade in grades), "grade")
    if [grade.grade for grade in grades] != sorted(grade.grade for grade in grades):
        location.at("grades").refuse("grades stand in rising order")
    defined = {grade.grade for grade in grades}
    # half steps may go without words of their own; whole grades may not
    silent = [value for value in allowed if value == int(value) and value not in defined]
    if silent:
        missing = ", ".join(str(value) for value in silent)
        location.at("grades").refuse(f"no definition for {missing}: each whole grade of {_span(scale)} needs one")
    return scale


def _span(scale: Scale) -> str:
    return f"{scale.minimum}-{scale.maximum}, step {scale.step}"


def _grade(location: TomlLocation, raw: GradeToml) -> GradeDefinition:
    return GradeDefinition(
        raw.grade, location.filled("label", raw.label), location.filled("definition", raw.definition)
    )


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
    if (raw.minimum, raw.maximum) != (low, high):
        location.refuse(f"range {raw.minimum}-{raw.maximum} is declared, but its sites add up to {low}-{high}")
    codes = tuple(FeatureCode(code) for code in raw.features)
    return Total(
        TotalCode(_code(location, raw.code)), location.filled("name", raw.name), codes, raw.minimum, raw.maximum
    )
