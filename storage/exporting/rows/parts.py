"""Parts that the rows of several files have in common: the reading, the visit, the site, the scheme. Pure."""

from __future__ import annotations

from typing import Any, Final

from scoring.design.reader_roles import INTER, PRIMARY
from scoring.readings import rounds
from storage.exporting.rows.sheet import Sheet, SiteOf
from storage.exporting.rows.snapshot import ReadingRecord
from storage.exporting.tables.codelists import CHRONOLOGIES, PURPOSES, feature_codes, site_codes
from storage.exporting.tables.columns import Column, ForeignKey, Part, code, integer, yes_no

OF_READING: Final = ForeignKey(("case_code",), "readings")
_OF_ROUND = {rounds.REREAD: "INTRA_REPEAT", rounds.DRIFT: "INTRA_REPEAT", rounds.ADJUDICATION: "ADJUDICATION"}


def reading_part(sheet: Sheet) -> Part[ReadingRecord]:
    """What stands first in every row: whose, by whom, for what."""
    return Part(
        (
            code("subject_id", "Code of the subject in this study", lambda item: item.subject, length=16),
            integer(
                "enrolment",
                "Which enrolment of the subject: 1 the first; visits are those of the enrolment",
                lambda item: item.enrolment,
                minimum=1,
            ),
            code(
                "case_code",
                "Code under which the reader saw the case; each reading has its own",
                lambda item: item.case,
                length=8,
            ),
            code("reader_id", "Name or code of the reader", lambda item: item.reader, length=32),
            integer(
                "round",
                "1 first reading, 2 re-read, 3 hidden repeat, 4 adjudication",
                lambda item: item.round,
                minimum=1,
            ),
            code("read_purpose", "What the reading is for", lambda item: _purpose(sheet, item), PURPOSES, length=12),
            integer(
                "worklist_position",
                "Position of the case on the reader's worklist, counted from 1; closed cases count too",
                lambda item: item.position,
                minimum=1,
            ),
            chronology(sheet),
        )
    )


def chronology(sheet: Sheet) -> Column[Any]:
    """What the reader knew of the order of visits."""
    return code(
        "chronology",
        "Whether the reader knew which visit came first",
        lambda _: sheet.chronology,
        CHRONOLOGIES,
        length=8,
    )


def provenance_part(sheet: Sheet) -> Part[ReadingRecord]:
    """What stands last in every row: whether it was amended, and under which scheme it was read."""
    return Part(
        (
            yes_no(
                "amended",
                "Whether an answer of this reading was given, changed or cleared after the first signature",
                lambda item: bool(item.signature.amended),
            ),
            *scheme_columns(sheet),
        )
    )


def scheme_columns(sheet: Sheet) -> tuple[Column[Any], ...]:
    """Under which scheme a row was read."""
    scheme = sheet.scheme
    return (
        code("scheme_id", "Scoring scheme of the reading", lambda _: scheme.id, length=len(scheme.id)),
        code("scheme_version", "Version of the scoring scheme", lambda _: scheme.version, length=len(scheme.version)),
        code(
            "scheme_sha256",
            "SHA-256 of the scoring scheme as it is kept in the study",
            lambda _: scheme.sha256,
            length=64,
        ),
    )


def visit_part(sheet: Sheet) -> Part[int]:
    """Code and number of a visit; there is no number while the order is hidden, so that nobody takes A for baseline."""
    visits = sheet.visits
    return Part(
        (
            code("visit", visits.meaning, visits.code, visits.codes, length=2),
            integer(
                "visit_num",
                visits.number_meaning,
                lambda visit: visit if visits.ordered else None,
                minimum=1,
                maximum=2,
                empty=not visits.ordered,
            ),
        )
    )


def site_part(sheet: Sheet) -> Part[SiteOf]:
    """What was scored, and where."""
    scheme = sheet.scheme
    return Part(
        (
            code("feature", "Feature that was graded", lambda at: at.feature.code, feature_codes(scheme), length=8),
            code("site", "Site that was graded", lambda at: at.site.code, site_codes(scheme), length=8),
        )
    )


def _purpose(sheet: Sheet, item: ReadingRecord) -> str:
    if item.round in _OF_ROUND:
        return _OF_ROUND[item.round]
    return PRIMARY if item.case in sheet.primary else INTER
