"""findings.csv: what the coordinator accepted of a case's images, a row for each sort of finding. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from storage.exporting.rows.parts import OF_READING
from storage.exporting.rows.sheet import Sheet
from storage.exporting.tables.columns import Part, Table, code

_TITLE: Final = "Findings about the images that were accepted before they were read; codes alone, see docs/import.md"


class Accepted(NamedTuple):
    """A sort of finding that was accepted of the subject of a case."""

    case: str
    subject: str
    code: str


def findings(sheet: Sheet, accepted: Mapping[str, tuple[str, ...]]) -> tuple[Table, Iterator[str]]:
    """By subject, reader and round; `accepted`: subject -> the sorts of findings."""
    row: Part[Accepted] = Part(
        (
            code("case_code", "Code of the reading", lambda of: of.case, length=16),
            code("subject_id", "Code of the subject in this study", lambda of: of.subject, length=16),
            code("finding", "Sort of finding that was accepted", lambda of: of.code, length=32),
        )
    )
    lines = (
        row.line(Accepted(item.case, item.subject, found))
        for item in sheet.readings
        for found in accepted.get(item.subject, ())
    )
    return Table("findings", _TITLE, (row,), ("case_code", "finding"), (OF_READING,)), lines
