"""Grades from text lines, through the same door as the window: same checks, same commit, same record."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from scoring.errors import RamrisError
from scoring.readings.answers import check_answer, parse_answer
from scoring.readings.reading import AnswerChanged, Reading, SiteKey
from scoring.schemes.scheme import FeatureCode, Scheme, SiteCode
from storage.errors import NotSaved
from workstation.errors import UsageRefused

COLUMNS = "case,visit,feature,site,grade"
_FIELDS = 5


class Door(Protocol):
    """What entering needs of a study."""

    @property
    def scheme(self) -> Scheme:
        """What may be answered."""

    def reading(self, code: str) -> Reading:
        """The answers on disk."""

    def record(self, case: str, changes: Sequence[AnswerChanged], source: str) -> None:
        """Commit the changes, or raise and change nothing."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that changed nothing, by its number from 1, and why."""

    line: int
    why: str


@dataclass(frozen=True, slots=True)
class Entered:
    """What came of all lines."""

    entered: int
    refused: tuple[Refused, ...]

    def as_json(self) -> dict[str, object]:
        """The object that `ramris enter --json` prints."""
        return {"entered": self.entered, "refused": [{"line": item.line, "why": item.why} for item in self.refused]}


def enter(
    door: Door, lines: Iterable[bytes], acknowledge: Callable[[int], None], complain: Callable[[str], None]
) -> Entered:
    """Commit line after line; `acknowledge(number)` comes after the commit of that line.

    A header line and empty lines are passed over. A refused line changes nothing and the next is tried, since
    the lines of a paper form don't depend on each other; when the disk takes nothing more, the rest isn't tried.

    Raises:
        NotSaved: the disk didn't take a line; those acknowledged are kept.
    """
    entered = 0
    refused: list[Refused] = []
    for number, raw in enumerate(lines, start=1):
        try:
            answered = _enter_line(door, raw, first=number == 1)
        except NotSaved as failure:
            raise NotSaved(f"line {number}: {failure}") from failure
        except RamrisError as refusal:
            refused.append(Refused(number, str(refusal)))
            complain(f"line {number}: {refusal}")
            continue
        if answered:
            entered += 1
            acknowledge(number)
    return Entered(entered, tuple(refused))


def _enter_line(door: Door, raw: bytes, *, first: bool) -> bool:
    fields = _fields(raw)
    if not any(fields) or (first and ",".join(fields[:_FIELDS]).lower() == COLUMNS):
        return False
    case, visit, feature, site, word = fields[:_FIELDS]
    key = SiteKey(_visit(visit), FeatureCode(feature.upper()), SiteCode(site.upper()))
    answer = parse_answer(door.scheme, key, word, fields[_FIELDS] if len(fields) > _FIELDS else "")
    check_answer(door.scheme, key, answer)
    before = door.reading(case).answer(key)
    if before != answer:
        door.record(case, (AnswerChanged(key, before, answer),), "enter")
    return True


def _fields(raw: bytes) -> list[str]:
    try:
        text = raw.decode("utf-8-sig").rstrip("\r\n")
        fields = [field.strip() for field in next(csv.reader([text], strict=True), [])]
    except (UnicodeDecodeError, csv.Error):
        fields = None
    if fields is None:
        raise UsageRefused(f"not readable as UTF-8 comma-separated text; write {COLUMNS}")
    if any(fields) and not _FIELDS <= len(fields) <= _FIELDS + 1:
        raise UsageRefused(f"{len(fields)} fields, but 5 are needed: {COLUMNS} (a sixth holds the words of OT)")
    return fields


def _visit(word: str) -> int:
    visits = {"1": 1, "2": 2}
    if word not in visits:
        raise UsageRefused(
            f"visit {word!r:.40} is not known; say 1 (baseline) or 2 (follow-up); A and B where that is hidden"
        )
    return visits[word]
