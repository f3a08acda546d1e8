"""Grades from text lines, through the same door as the window: same checks, same commit, same record."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from scoring.delimited_text import UTF_16, WORKBOOKS, decoded, first_separator, is_sep_line
from scoring.errors import RamrisError
from scoring.readings.answers import check_answer, parse_answer
from scoring.readings.reading import AnswerChanged, Reading, SiteKey
from scoring.schemes.scheme import FeatureCode, Scheme, SiteCode
from storage.errors import NotSaved
from workstation.errors import UsageRefused

COLUMNS = "case,visit,feature,site,grade"
_FIELDS = 5
# in a field of its own a comma is a decimal sign, but three digits behind it may be thousands
_DECIMAL_COMMA = re.compile(r"-?[0-9]+,([0-9]{1,2}|[0-9]{4,})")


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

    A line sep=, a header line and empty lines are passed over. A refused line changes nothing and the next is tried,
    since the lines of a paper form don't depend on each other; when the disk takes nothing more, the rest isn't tried.
    Between fields stands a comma, semicolon, tab or bar: a line shows it by what comes after its case code.

    Raises:
        NotSaved: the disk didn't take a line; those acknowledged are kept.
        TextRefused: the lines are a workbook, or UTF-16 that breaks off.
    """
    entered = 0
    header_may_come = True
    refused: list[Refused] = []
    for number, raw in enumerate(_lines_in_utf_8(lines), start=1):
        try:
            fields = _fields(raw, first=number == 1)
            header = header_may_come and ",".join(fields[:_FIELDS]).lower() == COLUMNS
            header_may_come = header_may_come and not any(fields)
            answered = not header and any(fields) and _enter_fields(door, fields)
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


def _lines_in_utf_8(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The lines as they come; those of UTF-16, where a line feed is two bytes, once all of them are there."""
    arriving = iter(lines)
    first = next(arriving, b"")
    if first.startswith(WORKBOOKS) or (first.startswith(UTF_16) and b"\0" in first):
        yield from (line.encode() for line in decoded(first + b"".join(arriving)).splitlines())
    else:
        yield first
        yield from arriving


def _enter_fields(door: Door, fields: Sequence[str]) -> bool:
    case, visit, feature, site, word = fields[:_FIELDS]
    key = SiteKey(_visit(visit), FeatureCode(feature.upper()), SiteCode(site.upper()))
    grade = word.replace(",", ".") if _DECIMAL_COMMA.fullmatch(word) else word
    answer = parse_answer(door.scheme, key, grade, fields[_FIELDS] if len(fields) > _FIELDS else "")
    check_answer(door.scheme, key, answer)
    before = door.reading(case).answer(key)
    if before != answer:
        door.record(case, (AnswerChanged(key, before, answer),), "enter")
    return True


def _fields(raw: bytes, *, first: bool) -> list[str]:
    """The fields of a line, without empty ones at its end; none of a blank line and of a first line `sep=;`."""
    try:
        text = raw.decode("utf-8-sig").rstrip("\r\n")
        if first and is_sep_line(text):
            return []
        row = next(csv.reader([text], delimiter=first_separator(text), strict=True), [])
    except (UnicodeDecodeError, csv.Error):
        row = None
    if row is None:
        raise UsageRefused(f"not readable as text in UTF-8 with separators; write {COLUMNS}")
    fields = [field.strip() for field in row]
    while len(fields) > _FIELDS and not fields[-1]:
        fields.pop()
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
