"""State of the coordinator's window as one frozen value. Names of files are in it; it never goes to a reader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum

from storage.files.meeting_file import MeetsAt
from storage.study.enrolments import Enrolled
from storage.vault.choices import Choice
from storage.worklists.parked_cases import ParkedCase
from storage.worklists.progress_board import ReaderBoard
from workstation.intake.findings import Finding
from workstation.intake.importing.check_report import CheckReport
from workstation.intake.pulling.wanted import Last


class SeriesStatus(StrEnum):
    """Where a series is: in the study, waiting for the coordinator, or refused."""

    IN = "in the study"
    WAITS = "held back"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Out:
    """What is removed or excluded (`word`), and why. visit: None of all; series: its code, "" of none."""

    subject: str
    visit: int | None
    series: str
    word: str
    why: str


@dataclass(frozen=True, slots=True)
class SeriesLine:
    """One series. reasons: why it is what it is, what was chosen first; against: those that speak against it.

    candidates: likeliest first, where the recognition is unsure and nobody chose. held: why it waits. regions: where
    text was found, or what is blank. chosen: whether there is a choice to take back. out: `removed` or `excluded`, by
    itself or with its visit or subject.
    """

    code: str
    kind: str
    plane: str
    slices: int
    rows: int
    columns: int
    status: SeriesStatus
    reasons: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    regions: tuple[tuple[int, ...], ...] = ()
    chosen: bool = False
    out: str = ""

    @property
    def asks(self) -> bool:
        """Whether a person should choose something about it."""
        return not self.out and self._asks

    @property
    def _asks(self) -> bool:
        return self.status is SeriesStatus.WAITS or bool(self.candidates)


@dataclass(frozen=True, slots=True)
class VisitLine:
    """One visit and its series in the order of the protocol. out: as of a series."""

    number: int
    series: tuple[SeriesLine, ...]
    out: str = ""


@dataclass(frozen=True, slots=True)
class SubjectLine:
    """One subject. read: whether anything was ever recorded about it, so that its series are fixed. folders: the names
    of those that its scans came from, to find it by. patient: the ID that the scans have, shown on demand alone.
    handed: whether a reader has a copy of it, so that a change needs a reason. out: as of a series.
    """

    code: str
    visits: tuple[VisitLine, ...]
    read: bool = False
    folders: str = ""
    patient: str = field(default="", repr=False)
    handed: bool = False
    out: str = ""

    @property
    def series(self) -> tuple[SeriesLine, ...]:
        """Of all visits."""
        return tuple(item for visit in self.visits for item in visit.series)


@dataclass(frozen=True, slots=True)
class ReaderLine:
    """A reader and the number of cases given."""

    reader: str
    cases: int


@dataclass(frozen=True, slots=True)
class Managed:
    """A study as it is on disk. wanted: (kind, plane) that each visit should have. who: chose last, "" nobody yet.

    board: how far each reader is. parked: cases that wait for the coordinator, oldest first.
    hidden: whether the order of visits is hidden from readers. unseen: series whose borders nobody has seen yet.
    out: what is removed or excluded, by its name: a subject, `S001/2`, a series.
    locked_utc: since when it is locked for its analysis, "" while it is open.
    enrolled: which visits of each person are read together; None where nobody asked.
    final: how far final values are, in words; "" where the design asks for none.
    server: which scans were asked for the last time, of which server; None where none was asked.
    meets: where the copies of readers meet, as far as a server was used; None where none was.
    """

    name: str
    subjects: tuple[SubjectLine, ...]
    wanted: tuple[tuple[str, str], ...]
    readers: tuple[ReaderLine, ...] = ()
    who: str = ""
    board: tuple[ReaderBoard, ...] = ()
    parked: tuple[ParkedCase, ...] = ()
    hidden: bool = False
    unseen: frozenset[str] = frozenset()
    out: Mapping[str, Out] = field(default_factory=dict)
    locked_utc: str = ""
    enrolled: Enrolled | None = field(default=None, repr=False)
    final: str = ""
    server: Last | None = field(default=None, repr=False)
    meets: MeetsAt | None = None

    def readers_have(self, series: str) -> bool:
        """Whether the subject of a series was read, or a reader has a copy of it."""
        mine = (item for item in self.subjects if any(series == found.code for found in item.series))
        return any(item.read or item.handed for item in mine)


class Tone(Enum):
    """How a line of the window is meant."""

    PLAIN = "plain"
    DONE = "done"
    ATTENTION = "attention"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Notice:
    """One line about what just happened. details: more lines, such as what an import set aside."""

    text: str
    tone: Tone = Tone.PLAIN
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Work:
    """What is running. title: for people; total 0 while unknown; started_s: of this stage, by a monotonic clock.

    cancelling: it was asked to stop and hasn't yet.
    """

    title: str
    stage: str = ""
    done: int = 0
    total: int = 0
    started_s: float = 0.0
    now_s: float = 0.0
    cancelling: bool = False


@dataclass(frozen=True, slots=True)
class ManagingState:
    """All of it. study: None while nothing was read yet; absent: there is no study in the folder yet; shut: why the
    study there can't be opened.

    findings: of the protocol check, None while it runs. checked: all that it says, with what is asked.
    reads_only: another window of a coordinator has the study, so nothing is changed by this one.
    """

    study: Managed | None = None
    absent: bool = False
    shut: str = ""
    findings: tuple[Finding, ...] | None = None
    checked: CheckReport | None = None
    work: Work | None = None
    notice: Notice | None = None
    reads_only: bool = False

    def findings_of(self, subject: str) -> tuple[Finding, ...]:
        """What the check found about a subject; "" asks for what belongs to none."""
        return tuple(item for item in self.findings or () if subject in (item.subjects or ("",)))

    @property
    def said(self) -> tuple[Choice, ...]:
        """The answers of the coordinator that stand."""
        return self.checked.said if self.checked else ()

    @property
    def accepted(self) -> Mapping[str, Choice]:
        """Who accepted which finding, by its id."""
        return self.checked.accepted if self.checked else {}

    @property
    def holding(self) -> tuple[str, ...]:
        """Subjects that aren't given to readers until something is settled."""
        return tuple(sorted(self.checked.holding())) if self.checked else ()
