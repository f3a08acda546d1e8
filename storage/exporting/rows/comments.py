"""comments.csv: reasons in words, notes and marks, a row for each site that has any. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from scoring.readings.reading import NotAssessable, SiteKey
from scoring.schemes.scheme import Scheme
from storage.exporting.rows.parts import OF_READING, provenance_part, reading_part, site_part, visit_part
from storage.exporting.rows.sheet import Sheet, sites
from storage.exporting.tables.codelists import reason_codes
from storage.exporting.tables.columns import Part, Table, code, words, yes_no
from storage.records import SiteNote

LONGEST_COMMENT: Final = 501
LONGEST_NOTE: Final = 4000
_TITLE = "What readers wrote, and answers marked as unsure; apart from the scores, since a text may hold anything"
_ROW = ("case_code", "visit", "feature", "site")


class Said(NamedTuple):
    """An answer in words, as far as it has any, and what was noted at the site."""

    reason: NotAssessable
    note: SiteNote


def comments(sheet: Sheet) -> tuple[Table, Iterator[str]]:
    """By subject, visit, reader and round."""
    reading, at_visit, at_site, said, provenance = parts = (
        reading_part(sheet),
        visit_part(sheet),
        site_part(sheet),
        said_part(sheet.scheme),
        provenance_part(sheet),
    )

    def lines() -> Iterator[str]:
        where = list(sites(sheet.scheme))
        for item, visit in sheet.by_visit():
            notes = sheet.aids.notes.get(item.case, {})
            shown = sheet.visits.shown(item.key)[visit]
            for at, (text, _, _) in zip(where, sheet.cells(item, visit), strict=True):
                note = notes.get(SiteKey(shown, at.feature.code, at.site.code)) if notes else None
                # a grade or a bare code has no colon: see `format_answer`
                if ":" not in text and note is None:
                    continue
                first = f"{reading.cells(item)},{at_visit.cells(visit)},{at_site.cells(at)}"
                yield f"{first},{said.cells(_said(sheet, text, note))},{provenance.line(item)}"

    return Table("comments", _TITLE, parts, _ROW, (OF_READING,)), lines()


def said_part(scheme: Scheme) -> Part[Said]:
    """What the reader said."""
    return Part(
        (
            code(
                "reason_code",
                "Reason code that needs an explanation in words",
                lambda said: said.reason.code,
                reason_codes(scheme),
                length=8,
                empty=True,
            ),
            words(
                "comment",
                "The reason in words; an apostrophe comes first where a spreadsheet would take the text for a formula",
                lambda said: said.reason.text,
                length=LONGEST_COMMENT,
                empty=True,
            ),
            words(
                "note",
                "Note of the reader at the site",
                lambda said: said.note.text,
                length=LONGEST_NOTE,
                empty=True,
            ),
            yes_no("unsure", "Whether the reader marked the answer as unsure", lambda said: said.note.unsure),
        )
    )


def _said(sheet: Sheet, text: str, note: SiteNote | None) -> Said:
    answer = sheet.texts.answer(text)
    reason = answer if isinstance(answer, NotAssessable) and answer.text else NotAssessable("")
    return Said(reason, note or SiteNote())
