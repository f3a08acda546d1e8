"""trail.csv: a row for each event and act, what was sealed and what it means side by side. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import Any, Final

from storage.exporting.tables.columns import Column, Part, Table, code, integer, number, utc_time, words
from storage.exporting.trail.trail_rows import TrailRow

_LONGEST: Final = 4000
_SEALED_TEXT: Final[Mapping[str, tuple[str, int]]] = {
    "source": ("What the answer came from: the room, a table, an undo", 32),
    "scheme_sha256": ("SHA-256 of the scheme that the answer is on", 64),
    "design_sha256": ("SHA-256 of the design that the answer was given under", 64),
    "place_sha256": ("SHA-256 of where the answer was seen", 64),
    "viewing": ("What of the site had been seen, as JSON", 200),
    "event_hash": ("Of an act: hash of the last event before it", 64),
    "previous_hash": ("Hash of the row before in its chain", 64),
    "hash": ("SHA-256 of the previous hash and of the row", 64),
}
_SEALED_NUMBERS: Final[Mapping[str, str]] = {
    "round": "1 first reading, 2 repeat, 3 drift check, 4 adjudication",
    "design": "Version of the design",
    "clock_back_ms": "By how much the clock had gone back since the row before, in ms",
    "after_event": "Of an act: number of the last event before it",
}
_MM: Final = ("x_mm", "y_mm", "z_mm")


def trail_table(zone: tzinfo | None) -> tuple[Table, Part[TrailRow]]:
    """The table and its one part; local times are those of `zone`, None for that of this machine."""
    part = Part((*_what_happened(zone), *_where_seen(), *_as_sealed()))
    title = "One row for each answer and act, in the order in which they happened. NOT FOR READERS"
    return Table("trail", title, (part,), ("chain", "seq")), part


def _what_happened(zone: tzinfo | None) -> tuple[Column[TrailRow], ...]:
    return (
        code("chain", "event: an answer; act: what was done around answers", lambda row: row.chain, length=5),
        integer("seq", "Number of the row in its chain", lambda row: row.sealed["seq"], minimum=1),
        utc_time("at_utc", "When, in UTC", lambda row: row.sealed["at_utc"]),
        words("at_local", "When, with the zone's offset", lambda row: local(row.sealed["at_utc"], zone), length=40),
        words("who", "The reader, or who acted for the coordinator", lambda row: row.who, length=_LONGEST),
        words("what", "What happened, in words", lambda row: row.what, length=_LONGEST),
        code("kind", "Kind of act", _text("kind"), length=32, empty=True),
        code("role", "In which role", _text("role"), length=32, empty=True),
        code("reader", "Reader whom it concerns", _text("reader"), length=64, empty=True),
        code("case", "Code of the case", _text("case"), length=16, empty=True),
        code("subject_id", "Code of the subject of that case", lambda row: row.subject, length=16, empty=True),
        integer("visit", "Visit as it was shown", lambda row: row.sealed.get("visit"), minimum=1, empty=True),
        code("feature", "Code of the feature", _text("feature"), length=16, empty=True),
        code("site", "Code of the site", _text("site"), length=16, empty=True),
        words("before", "Answer before", _text("before"), length=_LONGEST, empty=True),
        words("after", "Answer after; empty is blank again", _text("after"), length=_LONGEST, empty=True),
        words("why", "Reason as it was given", lambda row: str(row.detail.get("why", "")), length=_LONGEST, empty=True),
        words("detail", "What the act says, as JSON", _text("detail"), length=1_000_000, empty=True),
    )


def _where_seen() -> tuple[Column[TrailRow], ...]:
    numbers = (*_MM, "window_low", "window_high")
    meaning = dict.fromkeys(_MM, "Where it was looked at, in the patient's LPS mm") | dict.fromkeys(
        numbers[len(_MM) :], "Limit of the window then, in stored values"
    )
    return (
        code(
            "series", "Code of the series in sight", lambda row: str(_seen(row, "series") or ""), length=32, empty=True
        ),
        integer("slice_index", "Slice, from 0", lambda row: _seen(row, "slice_index"), minimum=0, empty=True),
        *(number(name, meaning[name], _seen_number(name), empty=True) for name in numbers),
    )


def _as_sealed() -> tuple[Column[TrailRow], ...]:
    return (
        *(integer(name, meaning, _whole(name), empty=True) for name, meaning in _SEALED_NUMBERS.items()),
        *(code(name, meaning, _text(name), length=most, empty=True) for name, (meaning, most) in _SEALED_TEXT.items()),
    )


def local(at_utc: str, zone: tzinfo | None) -> str:
    """A moment of the record on the clock of a zone, with its offset."""
    return datetime.fromisoformat(at_utc).astimezone(zone).isoformat(timespec="milliseconds")


def _text(name: str) -> Callable[[TrailRow], str]:
    return lambda row: str(row.sealed.get(name, ""))


def _whole(name: str) -> Callable[[TrailRow], int | None]:
    return lambda row: row.sealed.get(name)


def _seen(row: TrailRow, name: str) -> Any:  # noqa: ANN401 - as the column holds it
    return None if row.seen is None else row.seen[name]


def _seen_number(name: str) -> Callable[[TrailRow], Decimal | None]:
    def of(row: TrailRow) -> Decimal | None:
        value = _seen(row, name)
        return None if value is None else Decimal(repr(value))

    return of
