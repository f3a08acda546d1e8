"""TOML text -> Scheme. A mistake is refused with file, place and what is allowed."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Sequence
from decimal import Decimal
from hashlib import sha256
from importlib.resources import files
from typing import TypeVar

from scoring.errors import SchemeError
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
from scoring.schemes.toml import (
    FeatureToml,
    GradeToml,
    Place,
    ScaleToml,
    SchemeToml,
    SiteToml,
    Table,
    TotalToml,
    UnscorableToml,
)

KINDS = ("T1", "T2FS", "PD", "T1FSGD")
PLANES = ("AX", "COR", "SAG")

_ID = re.compile(r"[a-z][a-z0-9-]{0,39}")


def load_scheme(text: str, origin: str) -> Scheme:
    """The scheme that a TOML text says.

    Args:
        text: the whole file; its SHA-256 (of UTF-8) becomes `Scheme.sha256`.
        origin: what to call the file in a refusal.

    Raises:
        SchemeError: anything that isn't allowed, with file and place.
    """
    place = Place(origin)
    try:
        table = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        place.refuse(f"not TOML: {error}")
    raw = place.read(SchemeToml, table)
    if not _ID.fullmatch(raw.id):
        place.at("id").refuse(f"{raw.id!r}: 1 to 40 of a-z, 0-9 and dash, a letter first")
    place.words(raw.name, "name")
    place.words(raw.version, "version")
    features = _each(place, "features", raw.features, _feature)
    place.unique((feature.code for feature in features), "feature")
    if not features:
        place.refuse("no features: at least one is needed")
    totals = _each(place, "totals", raw.totals, lambda where, item: _total(where, item, features))
    place.unique((total.code for total in totals), "total")
    unscorable = _each(place, "unscorable", raw.unscorable, _unscorable)
    place.unique((code.code for code in unscorable), "unscorable code")
    digest = sha256(text.encode()).hexdigest()
    return Scheme(raw.id, raw.version, raw.name, features, totals, unscorable, tuple(raw.sources), digest)


def shipped_ids() -> tuple[str, ...]:
    """The schemes that come with the program, sorted."""
    folder = files("scoring.schemes") / "shipped"
    return tuple(sorted(item.name.removesuffix(".toml") for item in folder.iterdir() if item.name.endswith(".toml")))


def shipped_text(scheme_id: str) -> str:
    """The TOML text of a shipped scheme; SchemeError names those that there are."""
    if scheme_id not in shipped_ids():
        raise SchemeError(f"No scheme {scheme_id!r} is shipped (there is: {', '.join(shipped_ids())})")
    # bytes, not read_text: universal newlines would change the text that the SHA-256 is of
    return (files("scoring.schemes") / "shipped" / f"{scheme_id}.toml").read_bytes().decode("utf-8")


def shipped_scheme(scheme_id: str = "ramris-wrist") -> Scheme:
    """A shipped scheme, loaded."""
    return load_scheme(shipped_text(scheme_id), f"{scheme_id}.toml")


_ValueT = TypeVar("_ValueT")


def _each(
    place: Place, key: str, tables: Sequence[Table], build: Callable[[Place, Table], _ValueT]
) -> tuple[_ValueT, ...]:
    return tuple(build(place.at(f"{key}[{index}]"), table) for index, table in enumerate(tables))


def _unscorable(place: Place, table: Table) -> UnscorableCode:
    raw = place.read(UnscorableToml, table)
    return UnscorableCode(place.code(raw.code), place.words(raw.name, "name"), raw.needs_text)


def _feature(place: Place, table: Table) -> Feature:
    raw = place.read(FeatureToml, table)
    sites = _each(place, "sites", raw.sites, _site)
    if not sites:
        place.refuse("sites: at least one is needed")
    place.at("sites").unique((site.code for site in sites), "site")
    return Feature(
        code=FeatureCode(place.code(raw.code)),
        name=place.words(raw.name, "name"),
        what_counts=place.words(raw.what_counts, "what_counts"),
        scale=_scale(place.at("scale"), raw.scale),
        sites=sites,
        judged_on=_series(place.at("judged_on"), raw.judged_on),
        confirmed_on=_series(place.at("confirmed_on"), raw.confirmed_on),
        needs_contrast=raw.needs_contrast,
        notes=tuple(raw.notes),
        source=place.words(raw.source, "source"),
    )


def _site(place: Place, table: Table) -> Site:
    raw = place.read(SiteToml, table)
    return Site(SiteCode(place.code(raw.code)), place.words(raw.name, "name"), raw.note)


def _series(place: Place, texts: Sequence[str]) -> tuple[SeriesRef, ...]:
    place.unique(texts, "series")
    found: list[SeriesRef] = []
    for text in texts:
        kind, _, plane = text.partition(" ")
        if kind not in KINDS or plane not in PLANES:
            place.refuse(f"{text!r} is no series: kind ({', '.join(KINDS)}), space, plane ({', '.join(PLANES)})")
        found.append(SeriesRef(kind, plane))
    return tuple(found)


def _scale(place: Place, table: Table) -> Scale:
    raw = place.read(ScaleToml, table)
    if not all(value.is_finite() for value in (raw.minimum, raw.maximum, raw.step)):
        place.refuse("minimum, maximum and step are finite numbers")
    if raw.step <= 0 or raw.minimum < 0 or raw.maximum <= raw.minimum or (raw.maximum - raw.minimum) % raw.step != 0:
        place.refuse(
            f"minimum {raw.minimum}, maximum {raw.maximum}, step {raw.step}: "
            "from 0 or above, upwards, in whole steps that end on the maximum"
        )
    grades = _each(place, "grades", raw.grades, _grade)
    scale = Scale(raw.minimum, raw.maximum, raw.step, grades)
    allowed = grades_on(scale)
    for index, grade in enumerate(grades):
        if grade.grade not in allowed:
            place.at(f"grades[{index}]").refuse(f"{grade.grade} is not on the scale ({_span(scale)})")
    place.at("grades").unique((grade.grade for grade in grades), "grade")
    if [grade.grade for grade in grades] != sorted(grade.grade for grade in grades):
        place.at("grades").refuse("grades stand in rising order")
    defined = {grade.grade for grade in grades}
    # half steps may go without words of their own; whole grades may not
    silent = [value for value in allowed if value == int(value) and value not in defined]
    if silent:
        missing = ", ".join(str(value) for value in silent)
        place.at("grades").refuse(f"no definition for {missing}: each whole grade of {_span(scale)} needs one")
    return scale


def _span(scale: Scale) -> str:
    return f"{scale.minimum}-{scale.maximum}, step {scale.step}"


def _grade(place: Place, table: Table) -> GradeDefinition:
    raw = place.read(GradeToml, table)
    return GradeDefinition(raw.grade, place.words(raw.label, "label"), place.words(raw.definition, "definition"))


def _total(place: Place, table: Table, features: tuple[Feature, ...]) -> Total:
    raw = place.read(TotalToml, table)
    known = {str(feature.code): feature for feature in features}
    if not raw.features:
        place.at("features").refuse("at least one feature is needed")
    place.at("features").unique(raw.features, "feature")
    for code in raw.features:
        if code not in known:
            place.at("features").refuse(f"no feature {code!r} (declared: {', '.join(known)})")
    parts = [known[code] for code in raw.features]
    low = sum((part.scale.minimum * len(part.sites) for part in parts), Decimal(0))
    high = sum((part.scale.maximum * len(part.sites) for part in parts), Decimal(0))
    if (raw.minimum, raw.maximum) != (low, high):
        place.refuse(f"range {raw.minimum}-{raw.maximum} is declared, but its sites add up to {low}-{high}")
    codes = tuple(FeatureCode(code) for code in raw.features)
    return Total(TotalCode(place.code(raw.code)), place.words(raw.name, "name"), codes, raw.minimum, raw.maximum)
