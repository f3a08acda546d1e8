"""Lines of readings.csv: one for each reading that was assigned, how far it is and when it was read. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from scoring.readings.reading import Graded
from storage.exporting.rows.sheet import Sheet, head, tail
from storage.exporting.rows.snapshot import ReadingRecord


def reading_lines(sheet: Sheet) -> Iterator[str]:
    """By subject, reader and round."""
    for item in sheet.readings:
        counts = _counts(sheet, item)
        wanted, blank = len(item.cells), counts["blank"]
        cells = (
            _status(item, blank),
            item.started,
            "" if blank else item.last,
            item.signature.at_utc,
            str(wanted),
            str(counts["graded"]),
            str(counts["unscorable"]),
            str(blank),
            str(sum([entries for _, entries, _ in item.cells])),
            "" if item.seconds is None else str(item.seconds),
        )
        yield f"{head(sheet, item)}{','.join(cells)},{tail(sheet, item)}"


def _counts(sheet: Sheet, item: ReadingRecord) -> Counter[str]:
    found: Counter[str] = Counter()
    for text, count in Counter([text for text, _, _ in item.cells]).items():
        answer = sheet.texts.answer(text)
        found["blank" if answer is None else "graded" if isinstance(answer, Graded) else "unscorable"] += count
    return found


def _status(item: ReadingRecord, blank: int) -> str:
    if item.signature.at_utc:
        return "SIGNED"
    if not item.started:
        return "NOT_STARTED"
    return "DRAFT" if blank else "COMPLETE"
