"""Chosen subjects: codes or patient IDs as typed or listed in a file, and sites of a trial. Pure.

A site is where a subject was scanned. Codes tell nothing of it, on purpose: it is the beginning of the patient ID in
the vault, or a column `site` of a list. Neither goes on the record.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from msgspec import Struct

from scoring.delimited_text import decoded, separator_of, without_sep_line
from scoring.errors import TextRefused
from workstation.errors import UsageRefused

# headings of the column that names subjects, in any case
SUBJECT_COLUMNS: Final = ("subject", "subject_id", "code", "patient_id", "patient")
SITE_COLUMNS: Final = ("site", "centre", "center")


class Known(Struct, frozen=True):
    """What a subject may be named by. codes: of the study; of_id: patient ID -> code, from the vault."""

    codes: frozenset[str]
    of_id: Mapping[str, str]

    def code(self, word: str) -> str | None:
        """The subject that a word means; None when it means none."""
        return word if word in self.codes else self.of_id.get(word)

    @property
    def allowed(self) -> str:
        """What may be written."""
        if not self.codes:
            return "the study has no subjects yet"
        return f"write codes ({min(self.codes)} to {max(self.codes)}) or patient IDs of this study"


class Row(Struct, frozen=True):
    """One line of a list: its number in the file, whom it names, and the site if there is such a column."""

    line: int
    word: str
    site: str | None


def typed(words: str, known: Known) -> frozenset[str]:
    """`S001,S002` as subjects; UsageRefused names the first word that is none."""
    parts = [part.strip() for part in words.split(",")]
    for part in parts:
        if known.code(part) is None:
            raise UsageRefused(f"--subjects: {part!a} is no subject of this study; {known.allowed}")
    return _codes(parts, known)


def listed(name: str, data: bytes, known: Known, site: str | None = None) -> frozenset[str]:
    """The subjects of a file: one on each line, or a column of a table.

    Args:
        name: of the file, for refusals.
        data: its content.
        known: who there is.
        site: only those of that site, by a column of the file; None is all.

    Raises:
        UsageRefused: it is no list, or a line names nobody; it says which line, and how many more.
    """
    rows = _rows(name, data)
    if site is not None:
        there = {row.site for row in rows if row.site is not None}
        if not there:
            raise UsageRefused(f"{name}: --site needs a column site; without --file it is the beginning of patient IDs")
        rows = [row for row in rows if row.site == site]
        if not rows:
            raise UsageRefused(f"{name}: no line has the site {site!a}; there are {_some(there)}")
    wrong = [row for row in rows if known.code(row.word) is None]
    if wrong:
        more = f" (and {len(wrong) - 1} more lines)" if len(wrong) > 1 else ""
        raise UsageRefused(
            f"{name}: line {wrong[0].line}{more}: {wrong[0].word!a} is no subject of this study; {known.allowed}"
        )
    return _codes([row.word for row in rows], known)


def of_site(site: str, known: Known) -> frozenset[str]:
    """The subjects whose patient ID begins with that; UsageRefused when none does."""
    found = frozenset(code for identity, code in known.of_id.items() if identity.startswith(site))
    if not site or not found:
        raise UsageRefused(
            f"--site {site!a}: no patient ID begins with it. Give the beginning, as the site writes it, or a list with "
            "a column site: --file LIST.csv"
        )
    return found


def _rows(name: str, data: bytes) -> list[Row]:
    try:
        text, mark = without_sep_line(decoded(data))
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=mark or separator_of(text), strict=True))
    except (TextRefused, csv.Error) as error:
        why = str(error)
    else:
        start = 1 if mark is None else 2
        cells = [(start + number, [cell.strip() for cell in line]) for number, line in enumerate(lines)]
        return _named([(number, line) for number, line in cells if any(line)], name)
    raise UsageRefused(f"{name}: {why}")


def _named(lines: Sequence[tuple[int, Sequence[str]]], name: str) -> list[Row]:
    if not lines:
        raise UsageRefused(f"{name}: the list is empty; write a subject on each line")
    first, cells = lines[0]
    headings = [cell.lower() for cell in cells]
    subject = next((headings.index(column) for column in SUBJECT_COLUMNS if column in headings), None)
    if subject is None:
        if max(len(line) for _, line in lines) > 1:
            raise UsageRefused(
                f"{name}: line {first}: no heading says which column holds the subjects; "
                f"call it {' or '.join(SUBJECT_COLUMNS[:2])}, or write one subject on each line"
            )
        return [Row(number, line[0], None) for number, line in lines]
    site = next((headings.index(column) for column in SITE_COLUMNS if column in headings), None)
    return [
        Row(number, _cell(line, subject), None if site is None else _cell(line, site)) for number, line in lines[1:]
    ]


def _cell(line: Sequence[str], column: int) -> str:
    return line[column] if column < len(line) else ""


def _codes(words: Iterable[str], known: Known) -> frozenset[str]:
    return frozenset(code for word in words if (code := known.code(word)) is not None)


def _some(words: Iterable[str]) -> str:
    shown = 5
    found = sorted(words)
    more = f" and {len(found) - shown} more" if len(found) > shown else ""
    return ", ".join(found[:shown]) + more
