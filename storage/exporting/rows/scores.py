"""scores.csv: a row for each reading, visit, feature and site, also where there is no grade. Pure.

A million lines come through here: each is joined from cells made before, for the site, for the scale, for the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache
from typing import NamedTuple, TypeVar

from scoring.readings.reading import Answer, Graded, NotAssessable, SiteKey
from scoring.readings.total_rules import Status
from scoring.schemes.grade_names import in_letters, letter_of
from scoring.schemes.scheme import Feature, Scheme
from storage.exporting.rows.aids import Uncounted
from storage.exporting.rows.parts import OF_READING, provenance_part, reading_part, site_part, visit_part
from storage.exporting.rows.sheet import Sheet, grade_of, reason_of, sites
from storage.exporting.rows.snapshot import Cell, ReadingRecord
from storage.exporting.tables.codelists import GIVEN_BY, SLICES_STATUSES, STATUSES, reason_codes
from storage.exporting.tables.columns import Part, Table, code, integer, number, utc_time, words, yes_no
from storage.exporting.tables.csv_text import number_cell
from storage.records import Viewing

_TITLE = "One row for each reading, visit, feature and site; a site without a grade has a row too"
_ROW = ("case_code", "visit", "feature", "site")


# the text of an answer in the record, "" while it is blank; whether the study has that visit; whether it counts no more
Given = tuple[str, bool, bool]
# what had been seen of an answer's site, or why nobody knows; None while it is blank
Seen = Viewing | Uncounted | None
_Number = TypeVar("_Number", int, Decimal)


class Signed(NamedTuple):
    """Whether an answer was touched after it had been signed, and what it was then."""

    amended: bool
    before: Answer | None = None


_AS_SIGNED = Signed(amended=False)


def scores(sheet: Sheet) -> tuple[Table, Iterator[str]]:
    """By subject, visit, reader and round; a visit's lines at once."""
    reading, at_visit, at_site, answer, lettered, scale, entry, viewing, signed, provenance = parts = (
        reading_part(sheet),
        visit_part(sheet),
        site_part(sheet),
        answer_part(sheet),
        letter_part(sheet),
        scale_part(),
        entry_part(),
        viewing_part(),
        signed_part(),
        provenance_part(sheet),
    )

    def lines() -> Iterator[str]:
        where = [(at_site.cells(at), at.feature, scale.cells(at.feature)) for at in sites(sheet.scheme)]
        as_signed = [signed.cells(_AS_SIGNED)] * len(where)
        known, viewed = cache(answer.cells), cache(viewing.cells)
        named = _letters(sheet, lettered)
        for item, visit in sheet.by_visit():
            first, last = f"{reading.cells(item)},{at_visit.cells(visit)}", provenance.line(item)
            there, excluded = sheet.is_there(item, visit), sheet.is_excluded(item, visit)
            changed = map(signed.cells, _signed(sheet, item, visit)) if item.signature.amended else as_signed
            yield "".join(
                [
                    f"{first},{site},{known((cell[0], there, excluded))},{named(feature, (cell[0], there, excluded))},"
                    f"{span},{entry.cells(cell)},{viewed(seen)},{was},{last}"
                    for (site, feature, span), cell, seen, was in zip(
                        where, sheet.cells(item, visit), _viewed(sheet, item, visit), changed, strict=True
                    )
                ]
            )

    return Table("scores", _TITLE, parts, _ROW, (OF_READING,)), lines()


def answer_part(sheet: Sheet) -> Part[Given]:
    """Status, grade and reason; a blank answer of a visit that doesn't exist asks for nothing."""
    scheme, texts = sheet.scheme, sheet.texts
    low, high = _extremes(scheme)
    return Part(
        (
            code(
                "score_status",
                "Whether there is a grade; if not, why",
                lambda given: _status(texts.answer(given[0]), there=given[1], excluded=given[2]),
                STATUSES,
                length=14,
            ),
            number(
                "score",
                "The grade; empty unless score_status is SCORED. A missing grade is never 0",
                lambda given: None if given[2] else grade_of(texts.answer(given[0])),
                minimum=low,
                maximum=high,
                empty=True,
            ),
            code(
                "reason_code",
                "Why there is no grade; empty unless score_status is NOT_EVALUABLE",
                lambda given: "" if given[2] else reason_of(texts.answer(given[0])),
                reason_codes(scheme),
                length=8,
                empty=True,
            ),
        )
    )


def letter_part(sheet: Sheet) -> Part[tuple[Feature, Given]]:
    """The letter of a grade, where the scheme names grades so."""

    def letter(of: tuple[Feature, Given]) -> str:
        feature, (text, _, excluded) = of
        grade = None if excluded else grade_of(sheet.texts.answer(text))
        return "" if grade is None else letter_of(feature.scale, grade)

    return Part(
        (
            words(
                "score_letter",
                "The letter that the scheme has for this grade; empty where it has none. score is its number",
                letter,
                length=4,
                empty=True,
            ),
        )
    )


def _letters(sheet: Sheet, part: Part[tuple[Feature, Given]]) -> Callable[[Feature, Given], str]:
    """The cell of `letter_part`, made once for a feature and an answer."""
    if not in_letters(sheet.scheme):
        return lambda _feature, _given: ""
    features = {feature.code: feature for feature in sheet.scheme.features}
    known = cache(lambda code, given: part.cells((features[code], given)))
    return lambda feature, given: known(feature.code, given)


def scale_part() -> Part[Feature]:
    """The scale of the feature."""
    return Part(
        (
            number("grade_min", "Lowest grade on the scale of the feature", lambda feature: feature.scale.minimum),
            number("grade_max", "Highest grade on the scale of the feature", lambda feature: feature.scale.maximum),
            number(
                "grade_step",
                "Step from one grade to the next on the scale of the feature",
                lambda feature: feature.scale.step,
            ),
        )
    )


def entry_part() -> Part[Cell]:
    """How the answer came to stand."""
    return Part(
        (
            integer(
                "n_entries",
                "Number of times that this answer was given, changed or cleared",
                lambda cell: cell[1],
                minimum=0,
            ),
            utc_time(
                "last_entry_utc",
                "Time when this answer was last given, changed or cleared",
                lambda cell: cell[2],
                empty=True,
            ),
        )
    )


def viewing_part() -> Part[Seen]:
    """What of the site had stood on the reader's screen."""
    return Part(
        (
            code(
                "slices_status",
                "Whether the slices were counted that had been on the screen when the answer was given",
                _slices_status,
                SLICES_STATUSES,
                length=14,
            ),
            integer(
                "slices_seen",
                "How many of the slices that show the site had been in sight by then; empty unless COUNTED",
                lambda seen: _counted(seen, lambda viewing: viewing.seen),
                minimum=0,
                empty=True,
            ),
            integer(
                "slices_needed",
                "How many slices show the site, of the series that it is judged on; empty unless COUNTED",
                lambda seen: _counted(seen, lambda viewing: viewing.needed),
                minimum=1,
                empty=True,
            ),
            number(
                "slices_seconds",
                "How long these slices had been in sight by then, in s; empty unless COUNTED",
                lambda seen: _counted(seen, lambda viewing: Decimal(str(viewing.seconds))),
                minimum=Decimal(0),
                empty=True,
            ),
            code(
                "given_by",
                "How the answer was given",
                lambda seen: (seen.by or "SINGLE") if isinstance(seen, Viewing) else "",
                GIVEN_BY,
                length=8,
                empty=True,
            ),
        )
    )


def signed_part() -> Part[Signed]:
    """Whether the answer is the one that was signed first."""
    return Part(
        (
            yes_no(
                "answer_amended",
                "Whether this answer was given, changed or cleared after the first signature",
                lambda signed: signed.amended,
            ),
            code(
                "signed_answer",
                "If answer_amended is YES: grade or reason at the first signature; empty if the site was blank then",
                _as_signed,
                length=8,
                empty=True,
            ),
        )
    )


def _viewed(sheet: Sheet, item: ReadingRecord, visit: int) -> Iterator[Seen]:
    shown, aids = sheet.visits.shown(item.key)[visit], sheet.aids
    for (feature, site), (text, _, _) in zip(sites(sheet.scheme), sheet.cells(item, visit), strict=True):
        yield aids.viewed(item.case, SiteKey(shown, feature.code, site.code)) if text else None


def _slices_status(seen: Seen) -> str:
    match seen:
        case Viewing():
            return "COUNTED" if seen.needed else "NOT_KNOWN"
        case Uncounted.NOT_KEPT:
            return "NOT_KEPT"
        case _:
            return "NOT_APPLICABLE"


def _counted(seen: Seen, says: Callable[[Viewing], _Number]) -> _Number | None:
    return says(seen) if isinstance(seen, Viewing) and seen.needed else None


def _signed(sheet: Sheet, item: ReadingRecord, visit: int) -> Iterator[Signed]:
    shown = sheet.visits.shown(item.key)[visit]
    for feature, site in sites(sheet.scheme):
        before = item.signature.amended.get((shown, feature.code, site.code))
        yield _AS_SIGNED if before is None else Signed(True, sheet.texts.answer(before))


def _as_signed(signed: Signed) -> str:
    match signed.before:
        case Graded(grade):
            return number_cell(grade)
        case NotAssessable(reason, _):
            return reason
        case None:
            return ""


def _extremes(scheme: Scheme) -> tuple[Decimal, Decimal]:
    scales = [feature.scale for feature in scheme.features]
    return min(scale.minimum for scale in scales), max(scale.maximum for scale in scales)


def _status(answer: Answer | None, *, there: bool, excluded: bool) -> Status:
    if excluded:
        return Status.EXCLUDED
    match answer:
        case Graded():
            return Status.SCORED
        case NotAssessable():
            return Status.NOT_EVALUABLE
        case None:
            return Status.NOT_DONE if there else Status.NOT_APPLICABLE
