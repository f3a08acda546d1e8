"""Commands of the coordinator. `series` is a code; `why` and `who` are kept in the vault with the choice."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from scoring.design.reading_units import CASE
from scoring.schemes.folder import DEFAULT
from workstation.intake.deidentify.blanking import Region
from workstation.intake.importing.giving import Anyway
from workstation.managing.study_tasks import StudyTask, Values


@dataclass(frozen=True, slots=True)
class CreateStudy:
    """Make a study in the folder. order: known, hidden or single; passphrase: of its vault, "" for none.

    unit: both or pair; single is read by scans. scheme: the name of a shipped one, or a folder.
    """

    order: str
    passphrase: str = field(default="", repr=False)
    unit: str = ""
    scheme: str = DEFAULT


@dataclass(frozen=True, slots=True)
class AddScans:
    """Import everything below these folders or files."""

    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Blank:
    """The regions are empty on every slice; change_read: also where readers have it."""

    series: str
    regions: tuple[Region, ...]
    why: str
    who: str
    change_read: bool = False


@dataclass(frozen=True, slots=True)
class TakeBack:
    """The last choice about the series doesn't hold any more; change_read: also where readers have it."""

    series: str
    why: str
    who: str
    change_read: bool = False


@dataclass(frozen=True, slots=True)
class Decide:
    """The answer to a question of the import, or to what it didn't ask; UNDO takes the last one back.

    change_read: also where it was read. also: questions that get the same answer at once.
    """

    what: str
    answer: str
    why: str
    who: str
    change_read: bool = False
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Remove:
    """A subject, `S001/2` or a series goes, or is excluded where readers have it; undo: that is taken back."""

    whose: str
    why: str
    who: str
    undo: bool = False


@dataclass(frozen=True, slots=True)
class SettleMany:
    """One answer about many series that were held back for text: a `Deed`, or UNDO of the last one to each."""

    series: tuple[str, ...]
    answer: str
    why: str
    who: str


@dataclass(frozen=True, slots=True)
class Assign:
    """Give every subject to the reader; anyway: also those whose findings aren't settled."""

    reader: str
    anyway: Anyway | None = None


@dataclass(frozen=True, slots=True)
class HandOver:
    """Write the reader's copy to the folder; anyway: also of subjects whose findings aren't settled."""

    out: Path
    anyway: Anyway | None = None


@dataclass(frozen=True, slots=True)
class Resolve:
    """Give a parked case back to its reader; `why` goes on the record."""

    case: str
    why: str


@dataclass(frozen=True, slots=True)
class Repeat:
    """Draw so many of a reader's finished cases to be read again, so many days after their first reading.

    unit: cases as they were first read, or scans, each alone; one of `reading_units.REREAD_UNITS`.
    """

    reader: str
    cases: int
    days: int
    unit: str = CASE


@dataclass(frozen=True, slots=True)
class RunTask:
    """Do a task of the study with what was given."""

    task: StudyTask
    values: Values = field(repr=False)


@dataclass(frozen=True, slots=True)
class Stop:
    """End what is running as soon as the study is whole."""


@dataclass(frozen=True, slots=True)
class LookAgain:
    """Read the study and check it again."""


Choosing = Decide | Blank | TakeBack | SettleMany | Remove
Command = CreateStudy | AddScans | Choosing | Assign | HandOver | Resolve | Repeat | RunTask | Stop | LookAgain
