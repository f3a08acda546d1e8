"""Rows of the sheet of one case: what two readings say of each site at each visit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scoring.readings.reading import VISITS, Answer, Graded, NotAssessable, SiteKey
from scoring.schemes.grade_names import grade_name
from scoring.schemes.scheme import Feature, Scheme
from workstation.numbers.choice import COMPARING, VISIT_WORDS, Choice
from workstation.numbers.readings import Numbers, One
from workstation.numbers.words import signed


@dataclass(frozen=True, slots=True)
class CaseRows:
    """headings: of the columns; rows: cells, and whether something differs in that row."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[tuple[str, ...], bool], ...]


def case_rows(numbers: Numbers, choice: Choice, key: str) -> CaseRows:
    """Of a figure of two readings both of them; of others the reader's own, with its change."""
    found = _pair(numbers, choice, key)
    names, readings = found if found is not None else _alone(numbers, choice, key)
    cases = ", ".join(dict.fromkeys(one.case for one in readings))
    title = f"{key}: {'case' if len(readings) == 1 else 'cases'} {cases}"
    ats = [word for at, word in VISIT_WORDS.items() if at in {"1", "2"}]
    if len(readings) == 1:
        return CaseRows(
            title,
            ("Feature", "Site", *(word.capitalize() for word in ats), "Change"),
            _rows_alone(numbers.scheme, readings[0]),
        )
    headings = ["Feature", "Site"]
    for word in ats:
        headings += [f"{word.capitalize()}, {names[0]}", names[1], "Difference"]
    return CaseRows(title, tuple(headings), _rows_of_two(numbers.scheme, readings))


def _pair(numbers: Numbers, choice: Choice, key: str) -> tuple[Sequence[str], Sequence[One]] | None:
    compared = numbers.compared.get((choice.reader, choice.against, choice.round))
    if choice.kind not in COMPARING or compared is None:
        return None
    pair = next((pair for pair in (*compared.pairs, *compared.scans) if pair[1].key == key), None)
    return None if pair is None else (compared.names, pair)


def _alone(numbers: Numbers, choice: Choice, key: str) -> tuple[Sequence[str], Sequence[One]]:
    mine = numbers.of.get((choice.reader, choice.round))
    found = [] if mine is None else [one for one in mine.readings if one.key == key]
    return (choice.reader,), found[:1]


def _rows_of_two(scheme: Scheme, two: Sequence[One]) -> tuple[tuple[tuple[str, ...], bool], ...]:
    rows = []
    for feature in scheme.features:
        for site in feature.sites:
            cells, differs = [feature.name, f"{site.name} ({site.code})"], False
            for visit in VISITS:
                a, b = (one.reading.answer(SiteKey(visit, feature.code, site.code)) for one in two)
                cells += [_words(scheme, feature, a), _words(scheme, feature, b), _difference(a, b)]
                differs = differs or (a is not None and b is not None and a != b)
            rows.append((tuple(cells), differs))
    return tuple(rows)


def _rows_alone(scheme: Scheme, one: One) -> tuple[tuple[tuple[str, ...], bool], ...]:
    rows = []
    for feature in scheme.features:
        for site in feature.sites:
            a, b = (one.reading.answer(SiteKey(visit, feature.code, site.code)) for visit in VISITS)
            cells = (
                feature.name,
                f"{site.name} ({site.code})",
                _words(scheme, feature, a),
                _words(scheme, feature, b),
                _difference(a, b),
            )
            rows.append((cells, cells[-1] not in {"", "0"}))
    return tuple(rows)


def _words(scheme: Scheme, feature: Feature, answer: Answer | None) -> str:
    if isinstance(answer, NotAssessable):
        name = next((item.name for item in scheme.unscorable if item.code == answer.code), answer.code)
        return name + (f": {answer.text}" if answer.text else "")
    return grade_name(feature.scale, answer.grade) if isinstance(answer, Graded) else ""


def _difference(a: Answer | None, b: Answer | None) -> str:
    return signed(float(b.grade - a.grade)) if isinstance(a, Graded) and isinstance(b, Graded) else ""
