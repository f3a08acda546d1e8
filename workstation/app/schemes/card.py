"""Card of a scheme, to print: what is scored, where, on which scale, and what no source confirms. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from msgspec import Struct

from scoring.schemes.grade_names import has_letters, number_name, ranked_words
from scoring.schemes.modalities import KIND_WORDS, MODALITIES, PLANE_WORDS
from scoring.schemes.scheme import Feature, Scheme, SeriesRef
from workstation.app.schemes.check import lacks_of

_STYLE = """
body { font: 10pt sans-serif; margin: 12mm; color: #000; background: #fff; max-width: 190mm; }
h1 { font-size: 14pt; margin: 0 0 2mm; } h2 { font-size: 11pt; margin: 5mm 0 1mm; }
p { margin: 0 0 1mm; } section { break-inside: avoid; }
"""
NOT_CONFIRMED = "Not confirmed by a source: "


class Part(Struct, frozen=True):
    """A heading and its lines."""

    heading: str
    lines: tuple[str, ...]


def card(scheme: Scheme) -> tuple[Part, ...]:
    """The card, heading by heading."""
    modality = MODALITIES[scheme.modality]
    head = Part(
        f"{scheme.name}, version {scheme.version}",
        (
            f"{scheme.id}; {modality.name}; {scheme.sites_per_visit} grades a visit; SHA-256 {scheme.sha256}",
            *(NOT_CONFIRMED + said for said in scheme.unconfirmed),
        ),
    )
    totals = Part("Totals", tuple(_totals(scheme)))
    codes = Part(
        "In place of a grade",
        tuple(f"{code.code}: {code.name}" + (", with words" if code.needs_text else "") for code in scheme.unscorable),
    )
    parts = (*(Part(f"{one.name} ({one.code})", tuple(_feature(one))) for one in scheme.features), totals, codes)
    sources = Part("Sources", scheme.sources)
    without = Part("Without", lacks_of(scheme))
    return tuple(part for part in (head, *parts, sources, without) if part.lines)


def as_text(parts: Iterable[Part]) -> Iterator[str]:
    """The card for a terminal."""
    for number, part in enumerate(parts):
        yield from ("", part.heading) if number else (part.heading,)
        yield from (f"  {line}" for line in part.lines)


def as_html(parts: Iterable[Part]) -> str:
    """The card as one page without anything from elsewhere, black on white."""
    head, *others = parts
    body = "".join(f"<section><h2>{escape(part.heading)}</h2>{_lines(part)}</section>\n" for part in others)
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(head.heading)}</title><style>{_STYLE}</style></head>\n"
        f"<body><h1>{escape(head.heading)}</h1>{_lines(head)}\n{body}</body></html>\n"
    )


def _lines(part: Part) -> str:
    return "".join(f"<p>{escape(line)}</p>" for line in part.lines)


def _feature(feature: Feature) -> Iterator[str]:
    yield f"What counts: {feature.what_counts}"
    if feature.judged_on:
        yield f"Judged on: {_series(feature.judged_on)}"
    if feature.confirmed_on:
        yield f"Confirmed on: {_series(feature.confirmed_on)}"
    if feature.needs_contrast:
        yield "Needs contrast agent"
    scale = feature.scale
    count = "1 site" if len(feature.sites) == 1 else f"{len(feature.sites)} sites"
    if has_letters(scale):
        yield f"{count}, each a letter of {', '.join(one.letter for one in scale.grades)}"
        if scale.ranked:
            words = ranked_words(scale)
            yield words[0].upper() + words[1:]
    else:
        yield f"{count}, each {scale.minimum} to {scale.maximum} in steps of {scale.step}"
    for site in feature.sites:
        yield f"  {site.code}: {site.name}" + (f". {site.note}" if site.note else "")
    for grade in scale.grades:
        keys = f", key {grade.key}" if grade.key else ""
        name = f"{grade.letter} ({number_name(grade.grade)}{keys})" if grade.letter else f"{grade.grade}"
        yield f"  {name} {grade.label}: {grade.definition}"
    yield from feature.notes
    yield f"Source: {feature.source}"
    yield from (NOT_CONFIRMED + said for said in feature.unconfirmed)


def _totals(scheme: Scheme) -> Iterator[str]:
    for total in scheme.totals:
        yield f"{total.code}: {total.name}, {total.minimum} to {total.maximum} ({' + '.join(total.features)})"


def _series(refs: tuple[SeriesRef, ...]) -> str:
    return ", ".join(f"{PLANE_WORDS[ref.plane]} {KIND_WORDS[ref.kind]}" for ref in refs)
