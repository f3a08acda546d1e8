"""Findings of an import for the coordinator, and files that were set aside. Frozen values."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from bisect import insort
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from storage.vault.choices import About

NAMED_FILES = 5
# what stands before the name of a member of an archive, see `files.archives`
IN_ARCHIVE = re.compile(r"^!\d+ ")
# a patient's and a series' one
LAST_FOLDERS = 2
ID_LETTERS = 8


class Level(StrEnum):
    """How much a finding asks of a person: a note asks nothing."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line for the coordinator; may name files, so it never goes to a reader.

    subject: study code, or "" when the finding belongs to none. visit: None when it belongs to no visit.
    question: the id of the question that it asks, "" where nothing can be answered. code: a word for findings of its
    sort, which names nobody. others: more subjects that it is about. facts: what tells it from others of its code about
    the same visit: series, slices, values, in no language.
    """

    level: Level
    text: str
    subject: str = ""
    visit: int | None = None
    question: str = ""
    code: str = "other"
    others: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Values of damaged headers stand in the text; whatever a line, a table or a label can't show is escaped."""
        object.__setattr__(self, "text", printable(self.text))

    @property
    def subjects(self) -> tuple[str, ...]:
        """Everyone whom it is about."""
        return (self.subject, *self.others) if self.subject else self.others

    @property
    def id(self) -> str:
        """What it is accepted by: the same as long as the facts are the same, in whatever words they are told."""
        return self._hashed(json.dumps([self.code, sorted(self.subjects), self.visit, self.facts]))

    @property
    def former_ids(self) -> frozenset[str]:
        """What it was accepted by before findings had facts, or told without them, if it said the same."""
        by_words = "\0".join((self.code, *sorted(self.subjects), str(self.visit or ""), self.text))
        without = json.dumps([self.code, sorted(self.subjects), self.visit, []])
        return frozenset({self._hashed(by_words), self._hashed(without)})

    @staticmethod
    def _hashed(meant: str) -> str:
        digest = hashlib.sha256(meant.encode("utf-8", "surrogatepass")).digest()
        return About.FINDING.of(base64.b32encode(digest).decode()[:ID_LETTERS])


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


class Tally:
    """The files that were set aside, counted: each once, by what and why, with the names of a few."""

    def __init__(self) -> None:
        self._files: set[int] = set()
        self._counts: dict[tuple[str, str], int] = defaultdict(int)
        self._names: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._folders: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._subjects: dict[tuple[str, str], set[str]] = defaultdict(set)

    def __len__(self) -> int:
        return len(self._files)

    def add(self, item: SetAside, subjects: Iterable[str] = ()) -> None:
        """Count a file, of these subjects as far as that is known; one that was counted before stays where it was."""
        file = hash(str(item.file))
        if file in self._files:
            return
        self._files.add(file)
        self._counts[item.what, item.why] += 1
        self._folders[item.what, item.why].add(folder_of(str(item.file)))
        self._subjects[item.what, item.why] |= set(subjects)
        names = self._names[item.what, item.why]
        insort(names, printable(item.file.name))
        del names[NAMED_FILES:]

    def groups(self) -> tuple[SetAsideGroup, ...]:
        """How many files were set aside for each reason, in alphabetical order."""
        return tuple(SetAsideGroup(what, count, why) for (what, why), count in sorted(self._counts.items()))

    def folders(self, what: str, why: str) -> frozenset[str]:
        """The folders that the files of a group lie in."""
        return frozenset(self._folders[what, why])

    def subjects(self, what: str, why: str) -> frozenset[str]:
        """Those of whom the files of a group are known to be."""
        return frozenset(self._subjects[what, why])

    def facts(self, what: str, why: str) -> tuple[str, ...]:
        """What tells a group from others wherever it lies: how many files, the names of a few, and their folders."""
        folders = sorted({"/".join(folder.split("/")[-LAST_FOLDERS:]) for folder in self._folders[what, why]})
        return (str(self._counts[what, why]), *self._names[what, why], *folders)

    def named(self, what: str, why: str) -> str:
        """Up to five of the files of a group by name, control characters escaped, and how many more there are."""
        shown = [IN_ARCHIVE.sub("", name) for name in self._names[what, why]]
        more = self._counts[what, why] - len(shown)
        return f"{', '.join(shown)} and {more} more" if more > 0 else ", ".join(shown)


def folder_of(path: str) -> str:
    """The folder that a file lies in, an archive's too; by hand, as there are hundreds of thousands of them."""
    return path.replace("\\", "/").rpartition("/")[0]


def printable(name: str) -> str:
    """The name with everything that isn't printable escaped (line breaks, bidi signs, broken encodings)."""
    if name.isprintable():
        return name
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode("ascii") for sign in name)
