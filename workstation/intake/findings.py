"""What the coordinator must hear about an import: findings, and files that were set aside. Frozen values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

NAMED_FILES = 5


class Level(StrEnum):
    """How much a finding asks of a person: a note asks nothing."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line for the coordinator; may name files, so it never goes to a reader.

    subject: study code, or "" when the finding belongs to none. visit: None when it belongs to no visit.
    """

    level: Level
    text: str
    subject: str = ""
    visit: int | None = None


@dataclass(frozen=True, slots=True)
class SetAside:
    """A file that was seen and not imported. `what` says what it is, `why` why it stays outside."""

    file: Path
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class SetAsideGroup:
    """How many files were set aside for one reason."""

    what: str
    count: int
    why: str


def grouped(items: Iterable[SetAside]) -> tuple[SetAsideGroup, ...]:
    """The files counted by what and why, in alphabetical order."""
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for item in items:
        counts[item.what, item.why] += 1
    return tuple(SetAsideGroup(what, count, why) for (what, why), count in sorted(counts.items()))


def named(files: Iterable[Path]) -> str:
    """Up to five files by name, control characters escaped, and how many more there are."""
    ordered = sorted({printable(file.name) for file in files})
    shown = ", ".join(ordered[:NAMED_FILES])
    more = len(ordered) - NAMED_FILES
    return f"{shown} and {more} more" if more > 0 else shown


def printable(name: str) -> str:
    """The name with everything that isn't printable escaped (line breaks, bidi signs, broken encodings)."""
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode("ascii") for sign in name)
