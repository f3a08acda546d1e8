"""Single sites: every grade of every reading, and apart from them the readers' words. Pure.

A million lines come through here: each is joined from pieces made before, one for the site, one for the answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from scoring.readings.reading import Answer, Graded, NotAssessable, SiteKey
from storage.exporting.csv_text import number_cell, text_cell, text_cells
from storage.exporting.rows.sheet import Sheet, answer_cells, head, sites, tail, visit_cells
from storage.exporting.rows.snapshot import ReadingRecord
from storage.records import GradePlace, SiteNote


class _AnswerPieces(dict[str, str]):
    """Text of the record -> cells; made at the first asking."""

    def __init__(self, sheet: Sheet, *, there: bool) -> None:
        super().__init__()
        self._sheet, self._there = sheet, there

    def __missing__(self, text: str) -> str:
        found = self[text] = answer_cells(self._sheet.texts.answer(text), there=self._there)
        return found


def score_lines(sheet: Sheet) -> Iterator[str]:
    """One line for each reading, visit, feature and site, also while it is blank; a visit's lines at once."""
    where = [text_cells((feature.code, site.code)) for feature, site in sites(sheet.scheme)]
    scales = [
        ",".join(map(number_cell, (feature.scale.minimum, feature.scale.maximum, feature.scale.step)))
        for feature, _ in sites(sheet.scheme)
    ]
    pieces = {there: _AnswerPieces(sheet, there=there) for there in (False, True)}
    for item, visit in sheet.by_visit():
        first, last = head(sheet, item) + visit_cells(sheet, visit), tail(sheet, item)
        cells = pieces[sheet.is_there(item, visit)]
        amended = _amended(sheet, item, visit) if item.signature.amended else ["NO,"] * len(where)
        answers = zip(where, scales, sheet.cells(item, visit), amended, strict=True)
        yield "".join(
            [
                f"{first},{site},{cells[text]},{scale},{entries},{at},{changed},{last}"
                for site, scale, (text, entries, at), changed in answers
            ]
        )


def comment_lines(sheet: Sheet) -> Iterator[str]:
    """Reasons in words, notes and marks; one line for each site that has any."""
    where = list(sites(sheet.scheme))
    for item, visit in sheet.by_visit():
        notes = sheet.aids.notes.get(item.case, {})
        shown = sheet.visits.shown(item.subject)[visit]
        for (feature, site), (text, _, _) in zip(where, sheet.cells(item, visit), strict=True):
            note = notes.get(SiteKey(shown, feature.code, site.code)) if notes else None
            # a grade or a bare code has no colon: see `format_answer`
            if ":" not in text and note is None:
                continue
            place = f"{head(sheet, item)}{visit_cells(sheet, visit)},{text_cells((feature.code, site.code))}"
            yield f"{place},{_words(sheet.texts.answer(text), note or SiteNote())},{tail(sheet, item)}"


def place_lines(sheet: Sheet) -> Iterator[str]:
    """Where each answer that stands was seen, as far as that is known."""
    where = list(sites(sheet.scheme))
    for item, visit in sheet.by_visit():
        places = sheet.aids.places.get(item.case)
        if not places:
            continue
        shown = sheet.visits.shown(item.subject)[visit]
        for feature, site in where:
            place = places.get(SiteKey(shown, feature.code, site.code))
            if place is not None:
                start = f"{head(sheet, item)}{visit_cells(sheet, visit)},{text_cells((feature.code, site.code))}"
                yield f"{start},{_place_cells(place)},{tail(sheet, item)}"


def _amended(sheet: Sheet, item: ReadingRecord, visit: int) -> Iterator[str]:
    """For each site whether it was amended, and what had been signed."""
    shown = sheet.visits.shown(item.subject)[visit]
    for feature, site in sites(sheet.scheme):
        before = item.signature.amended.get((shown, feature.code, site.code))
        match None if before is None else sheet.texts.answer(before):
            case Graded(grade):
                yield f"YES,{number_cell(grade)}"
            case NotAssessable(reason, _):
                yield f"YES,{text_cell(reason)}"
            case None:
                yield "NO," if before is None else "YES,"


def _words(answer: Answer | None, note: SiteNote) -> str:
    reason = answer if isinstance(answer, NotAssessable) and answer.text else NotAssessable("")
    return f"{text_cells((reason.code, reason.text, note.text))},{'YES' if note.unsure else 'NO'}"


def _place_cells(place: GradePlace) -> str:
    return ",".join(
        (
            text_cell(place.series),
            str(place.slice_index),
            *(_float_cell(number) for number in place.point_mm),
            "EXPECTED" if place.expected else "READER",
            *(_float_cell(number) for number in (place.window_low, place.window_high)),
            text_cell(place.measured),
            "" if place.measured_value is None else _float_cell(place.measured_value),
        )
    )


def _float_cell(number: float) -> str:
    """To a millionth: enough for a millimetre, and the same text on every machine."""
    return number_cell(Decimal(f"{number:.6f}"))
