"""Lines about the readers: how far they are and what they ask, in words, from what the study counted. Pure."""

from __future__ import annotations

from datetime import datetime

from scoring.readings.park_reasons import park_reasons
from storage.worklists.parked_cases import ParkedCase
from storage.worklists.progress_board import ReaderBoard

READER_HEADERS = ("Reader", "Given", "Read", "Signed", "Parked", "Open now", "Come later", "Hours", "An hour", "Left")
PARKED_HEADERS = ("Case", "Reader", "Subject", "Since (UTC)", "Why")
UNKNOWN = "-"


def reader_row(line: ReaderBoard) -> tuple[str, ...]:
    """One reader, in the order of `READER_HEADERS`; what can't be said yet is a dash."""
    counts = (line.cases, line.read, line.signed, line.parked, line.open, line.not_due)
    pace = UNKNOWN if line.cases_per_hour is None else f"{line.cases_per_hour:.1f}"
    return (_called(line), *(f"{count:,}" for count in counts), f"{line.hours:.1f}", pace, _left(line))


def spoken_reader(line: ReaderBoard) -> str:
    """The same for a screen reader."""
    done = f"{_called(line)}: {line.read} of {line.cases} cases read, {line.signed} signed, {line.parked} parked"
    return f"{done}, {line.open} open now, {line.not_due} come later, {_left(line)} left"


def parked_row(parked: ParkedCase) -> tuple[str, ...]:
    """One parked case, in the order of `PARKED_HEADERS`."""
    words = {reason.code: reason.text for reason in park_reasons()}
    return (
        parked.case,
        parked.reader,
        parked.subject,
        _minute(parked.since_utc),
        words.get(parked.reason, parked.reason),
    )


def _called(line: ReaderBoard) -> str:
    """A reader, with the scheme where the study has several, and as a program where it is one."""
    what = ", ".join(filter(None, (line.scheme, "program" if line.program else "")))
    return f"{line.reader} ({what})" if what else line.reader


def _left(line: ReaderBoard) -> str:
    if line.cases == line.read:
        return "done"
    return UNKNOWN if line.hours_left is None else f"{line.hours_left:.1f} h"


def _minute(moment: str) -> str:
    try:
        return datetime.fromisoformat(moment).strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return moment
