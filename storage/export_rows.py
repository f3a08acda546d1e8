"""Readings to rows of the exported files. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from scoring.reading import VISITS, Answer, Graded, NotAssessable, Reading, SiteKey
from scoring.scheme import Feature, Scheme, Site, Total
from scoring.totals import site_change, total, total_change
from storage.csv_files import Cell
from storage.export_columns import FILES

Row = dict[str, Cell]


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """One reading with what the files say of it. `entries`: per key how many events, and the time of the last."""

    subject: str
    case: str
    reader: str
    round: int
    position: int
    chronology: str
    reading: Reading
    entries: Mapping[SiteKey, tuple[int, str]]


def score_rows(scheme: Scheme, readings: Sequence[ReadingRow]) -> Iterator[Row]:
    """One row for each reading, visit, feature and site, also while it is blank."""
    for item, visit in _by_visit(readings):
        for feature, site in _sites(scheme):
            key = SiteKey(visit, feature.code, site.code)
            answer = item.reading.answer(key)
            count, last = item.entries.get(key, (0, None))
            yield {
                **_reading(item),
                **_visit(visit),
                "feature": feature.code,
                "site": site.code,
                "score_status": _status([answer]),
                "score": answer.grade if isinstance(answer, Graded) else None,
                "reason_code": answer.code if isinstance(answer, NotAssessable) else None,
                "grade_min": feature.scale.minimum,
                "grade_max": feature.scale.maximum,
                "grade_step": feature.scale.step,
                "n_entries": count,
                "last_entry_utc": last,
                **_scheme(scheme),
            }


def total_rows(scheme: Scheme, readings: Sequence[ReadingRow]) -> Iterator[Row]:
    """One row for each reading, visit and total; the value is missing by the strict rule."""
    for item, visit in _by_visit(readings):
        for declared in scheme.totals:
            value = total(scheme, item.reading, declared.code, visit)
            yield {
                **_reading(item),
                **_visit(visit),
                "total": declared.code,
                "total_rule": "STRICT",
                "total_status": _status(_answers(scheme, item.reading, declared, visit)),
                "value": value.value,
                "sites_scored": value.scored,
                "sites_wanted": value.wanted,
                "total_min": declared.minimum,
                "total_max": declared.maximum,
                **_scheme(scheme),
            }


def change_rows(scheme: Scheme, readings: Sequence[ReadingRow]) -> Iterator[Row]:
    """Follow-up minus baseline: one row for each reading and site, then for each total."""
    for item in readings:
        for feature, site in _sites(scheme):
            pair = [item.reading.answer(SiteKey(visit, feature.code, site.code)) for visit in VISITS]
            baseline, follow_up = (answer.grade if isinstance(answer, Graded) else None for answer in pair)
            change = site_change(item.reading, feature.code, site.code)
            yield {
                **_reading(item),
                "level": "SITE",
                "total": None,
                "feature": feature.code,
                "site": site.code,
                "change_status": _status(pair),
                "baseline": baseline,
                "follow_up": follow_up,
                "change": change,
                **_scheme(scheme),
            }
        for declared in scheme.totals:
            answers = [answer for visit in VISITS for answer in _answers(scheme, item.reading, declared, visit)]
            baseline, follow_up = (total(scheme, item.reading, declared.code, visit).value for visit in VISITS)
            change = total_change(scheme, item.reading, declared.code).value
            yield {
                **_reading(item),
                "level": "TOTAL",
                "total": declared.code,
                "feature": None,
                "site": None,
                "change_status": _status(answers),
                "baseline": baseline,
                "follow_up": follow_up,
                "change": change,
                **_scheme(scheme),
            }


def comment_rows(scheme: Scheme, readings: Sequence[ReadingRow]) -> Iterator[Row]:
    """The reader's words, apart from the scores: they may say anything."""
    for item, visit in _by_visit(readings):
        for feature, site in _sites(scheme):
            answer = item.reading.answer(SiteKey(visit, feature.code, site.code))
            if isinstance(answer, NotAssessable) and answer.text:
                yield {
                    **_reading(item),
                    **_visit(visit),
                    "feature": feature.code,
                    "site": site.code,
                    "reason_code": answer.code,
                    "comment": answer.text,
                }


def dictionary_rows() -> Iterator[Row]:
    """One row for each column of each file, this one included."""
    for file, columns in FILES.items():
        for position, column in enumerate(columns, 1):
            yield {
                "file": file,
                "position": position,
                "name": column.name,
                "type": column.type,
                "allowed": column.allowed or None,
                "may_be_empty": "YES" if column.may_be_empty else "NO",
                "meaning": column.meaning,
            }


def _by_visit(readings: Sequence[ReadingRow]) -> Iterator[tuple[ReadingRow, int]]:
    """Sorted by subject, visit, reader, round, so that two exports of the same answers are the same bytes."""
    pairs = [(item, visit) for item in readings for visit in VISITS]
    yield from sorted(pairs, key=lambda pair: (pair[0].subject, pair[1], pair[0].reader, pair[0].round))


def _sites(scheme: Scheme) -> Iterator[tuple[Feature, Site]]:
    for feature in scheme.features:
        for site in feature.sites:
            yield feature, site


def _answers(scheme: Scheme, reading: Reading, declared: Total, visit: int) -> list[Answer | None]:
    return [
        reading.answer(SiteKey(visit, code, site.code))
        for code in declared.features
        for site in scheme.feature(code).sites
    ]


def _status(answers: Sequence[Answer | None]) -> str:
    if None in answers:
        return "NOT_DONE"
    return "SCORED" if all(isinstance(answer, Graded) for answer in answers) else "NOT_EVALUABLE"


def _reading(item: ReadingRow) -> Row:
    return {
        "subject_id": item.subject,
        "case_code": item.case,
        "reader_id": item.reader,
        "round": item.round,
        "read_purpose": "PRIMARY" if item.round == 1 else "INTRA_REPEAT",
        "worklist_position": item.position,
        "chronology": item.chronology,
    }


def _visit(visit: int) -> Row:
    return {"visit": f"V{visit}", "visit_num": visit}


def _scheme(scheme: Scheme) -> Row:
    return {"scheme_id": scheme.id, "scheme_version": scheme.version, "scheme_sha256": scheme.sha256}
