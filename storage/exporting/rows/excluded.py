"""exclusions.csv: what the coordinator excluded, a row for each subject, visit or series, with the reason. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from storage.exporting.rows.sheet import Sheet
from storage.exporting.tables.columns import Part, Table, code, utc_time, words
from storage.record.exclusions import Exclusion

_TITLE: Final = "What counts no more: subjects, visits and series that were excluded after readers had been given them"


def excluded(sheet: Sheet, standing: Sequence[Exclusion]) -> tuple[Table, Iterator[str]]:
    """Oldest first."""
    row: Part[Exclusion] = Part(
        (
            code("subject_id", "Code of the subject in this study", lambda of: of.subject, length=16),
            code(
                "visit",
                "Visit that is excluded; empty where the whole subject or a series is",
                lambda of: _visit(sheet, of),
                sheet.visits.of_subject,
                length=3,
                empty=True,
            ),
            code(
                "series_code",
                "Series that is excluded, empty if none: readings that were begun before show it",
                lambda of: of.series,
                length=8,
                empty=True,
            ),
            words("exclusion_reason", "Why, in the words of the coordinator", lambda of: of.why, length=500),
            utc_time("excluded_utc", "When it was excluded", lambda of: of.at_utc),
        )
    )
    return Table("exclusions", _TITLE, (row,), ("subject_id", "visit", "series_code")), map(row.line, standing)


def _visit(sheet: Sheet, of: Exclusion) -> str:
    if of.visit is None:
        return ""
    return sheet.visits.code(sheet.visits.of_index(of.subject, of.visit))
