"""Verified readings: every reading of a study with its answers, the record verified first. Reads study.db alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select

from scoring.design.enrolments import key_of
from scoring.design.read_design import ReadDesign
from scoring.readings.reading import VISITS, Reading, SiteKey
from scoring.schemes.scheme import Scheme
from scoring.values import replace
from storage.audit import signed_first, verification
from storage.database import study_schema as tables
from storage.files.layout import VAULT_FILE
from storage.record import (
    accepted_findings,
    case_visits,
    chain,
    designs,
    exclusions,
    grade_events,
    progress,
    taken_cases,
)
from storage.record.snapshot import still_view
from storage.record.study_lock import StudyLock, held
from storage.shown_visits import CaseVisits

InTime = Callable[[str], Mapping[int, int]]


@dataclass(frozen=True, slots=True)
class OneReading:
    """One reader's answers to one case; `round` of `scoring.readings.rounds`; `begun_at_utc` is "" before the first.

    visits: of the enrolment's two (1, 2) those that it shows and that count. scan: the one, where it shows a scan
    alone. signed_before: of a first reading that was reopened, as it was signed before each repeat was begun, by its
    case. enrolment: which of the subject's; `key` names it in the study.
    """

    subject: str
    case: str
    reader: str
    round: int
    complete: bool
    reading: Reading
    begun_at_utc: str = ""
    visits: tuple[int, ...] = VISITS
    scan: int | None = None
    signed_before: Mapping[str, Reading] = field(default_factory=dict)
    enrolment: int = 1

    @property
    def key(self) -> str:
        """The name of the enrolment."""
        return key_of(self.subject, self.enrolment)


@dataclass(frozen=True, slots=True)
class ExcludedReadings:
    """Readings that don't count, since the coordinator excluded their subject or a visit (None: all of it), and why.

    cases: those that were begun.
    """

    subject: str
    visit: int | None
    cases: tuple[str, ...]
    why: str

    def as_json(self) -> dict[str, object]:
        """One entry of `excluded`."""
        return {"subject": self.subject, "visit": self.visit, "cases": list(self.cases), "why": self.why}

    def as_text(self) -> str:
        """One line for people."""
        count = f"{len(self.cases)} begun reading{'' if len(self.cases) == 1 else 's'}"
        what = self.subject if self.visit is None else f"{self.subject}, visit {self.visit}"
        return f"Left out as excluded: {what} ({count}). Why: {self.why}"


@dataclass(frozen=True, slots=True)
class StudyReadings:
    """All readings that were assigned, weren't taken back and count, by subject, reader and round.

    `subjects` are all that were imported, assigned or not. `order` is "known" or "hidden". `events` and `head` say
    which state of the record this is: how many events, and the head that an audit can be asked for. `has_vault`: the
    folder is the coordinator's, not a reader's copy. `lock` is None while the study is open. `accepted`: subject -> the
    sorts of findings about its images that the coordinator accepted. `excluded`: what doesn't count. `called`: names
    of readers who have another one than the id on the record, by which readings name them, by that id. `design`: how
    it is read; None where nobody asks.
    """

    scheme: Scheme
    order: str
    subjects: tuple[str, ...]
    readings: tuple[OneReading, ...]
    events: int
    head: str
    has_vault: bool
    lock: StudyLock | None
    accepted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    excluded: tuple[ExcludedReadings, ...] = ()
    called: Mapping[str, str] = field(default_factory=dict)
    design: ReadDesign | None = None

    def name_of(self, typed: str) -> str:
        """What a reader is called who was named by id or name."""
        return self.called.get(typed, typed)

    @property
    def programs(self) -> Mapping[str, str]:
        """Readers that are programs, as they are called, and which ones."""
        known = () if self.design is None else self.design.programs
        return {self.name_of(program.reader): program.words for program in known}

    @property
    def readers(self) -> tuple[str, ...]:
        """Everybody who has a worklist, by id."""
        return tuple(sorted({item.reader for item in self.readings}))

    @property
    def open_cases(self) -> int:
        """How many readings lack answers."""
        return sum(not item.complete for item in self.readings)

    def of(self, reader: str, round_number: int) -> dict[str, OneReading]:
        """The readings of a reader in a round, by the key of their enrolment; scans of one are one reading."""
        found: dict[str, OneReading] = {}
        for item in self.readings:
            if (item.reader, item.round) == (reader, round_number):
                before = found.get(item.key)
                found[item.key] = item if before is None else _joined(before, item)
        return found


def in_time(found: StudyReadings, turned: frozenset[str], times: InTime) -> StudyReadings:
    """The same with visits in time.

    Args:
        found: visits as readers saw them.
        turned: the enrolments, by key, of which readers saw the later visit first.
        times: of a subject, the visits in time by their numbers in the index.
    """
    back = dict(zip(VISITS, reversed(VISITS), strict=True))
    readings = tuple(
        replace(
            item,
            reading=_turned_back(item.reading),
            signed_before={case: _turned_back(then) for case, then in item.signed_before.items()},
            visits=tuple(sorted(back[visit] for visit in item.visits)),
            scan=None if item.scan is None else back[item.scan],
        )
        if item.key in turned
        else item
        for item in found.readings
    )
    excluded = tuple(
        item if item.visit is None else replace(item, visit=times(item.subject).get(item.visit, item.visit))
        for item in found.excluded
    )
    return replace(found, readings=readings, excluded=excluded)


def _joined(one: OneReading, other: OneReading) -> OneReading:
    """Two cases of one subject as one reading of both visits, under the code of the first."""
    return replace(
        one,
        complete=one.complete and other.complete,
        reading=Reading({**one.reading.answers, **other.reading.answers}),
        begun_at_utc=min(filter(None, (one.begun_at_utc, other.begun_at_utc)), default=""),
        visits=tuple(sorted({*one.visits, *other.visits})),
        scan=None,
    )


def _turned_back(reading: Reading) -> Reading:
    first, second = VISITS
    other = {first: second, second: first}
    return Reading(
        {SiteKey(other[key.visit], key.feature, key.site): answer for key, answer in reading.answers.items()}
    )


def of_pair(reading: Reading, visits: CaseVisits) -> Reading:
    """The answers of a case at the visits of its subject's pair; without those at a visit that has no images."""
    numbers = {position: visits.in_pair(position) for position in visits.there}
    return Reading(
        {
            SiteKey(numbers[key.visit], key.feature, key.site): answer
            for key, answer in reading.answers.items()
            if key.visit in numbers
        }
    )


def _counting(visits: CaseVisits, gone: frozenset[int]) -> CaseVisits:
    """Those of a case that count: without positions that are excluded."""
    return replace(visits, there=tuple(at for at in visits.there if at not in gone))


def study_readings(study: Path, scheme: str | None = None, readers: Sequence[str] = ()) -> StudyReadings:
    """Every reading of the study in the folder `study`; where the order is hidden, visits are as readers saw them.

    Readings by one scheme: what two schemes say is never mixed. It is the one that is named, else that of the readers
    who are named, else the study's own.

    Raises:
        RecordDamaged: the record doesn't verify.
        StudyError: there is no study there, it can't be read, it has no such scheme, or a reader who is named reads by
            another one.
    """
    with still_view(study) as (store, row), store.reading() as connection:
        wanted = row.schemes.asked_for(scheme, [(name, row.design.design.id_of(name)) for name in readers])
        count = verification.verify(connection, row.scheme).events
        visits = case_visits.of_cases(connection)
        case = tables.reading_case.c
        begun = {code: at for code, (_, at) in progress.from_events(connection).items()}
        excluded, gone = exclusions.of_cases(connection), exclusions.positions_gone(connection)
        taken = taken_cases.standing(connection)
        signed_before = signed_first.signed_before(connection)
        found, called = [], designs.called(connection)
        columns = case.code, case.subject, case.enrolment, case.reader, case.round
        query = select(*columns).order_by(case.subject, func.coalesce(case.enrolment, 1), case.reader, case.round)
        for item in connection.execute(query):
            if row.schemes.of(item.reader).sha256 != wanted.sha256:
                continue
            mine = _counting(visits[item.code], gone.get(item.code, frozenset()))
            if item.code in taken or (item.code in excluded and not mine.there):
                continue
            reading = of_pair(grade_events.current_reading(connection, item.code), mine)
            complete = 0 < wanted.sites_per_visit * len(mine.there) == len(reading.answers)
            since = begun[item.code] or ""
            at = tuple(mine.in_pair(position) for position in mine.there)
            scan = at[0] if len(mine.numbers) == 1 and at else None
            before = {again: of_pair(then, mine) for again, then in signed_before.get(item.code, {}).items()}
            whose = item.subject, item.code, called.get(item.reader, item.reader), item.round
            number = item.enrolment or 1
            found.append(OneReading(*whose, complete, reading, since, at, scan, before, number))
        subject = tables.subject.c.code
        subjects = tuple(connection.execute(select(subject).order_by(subject)).scalars())
        head = chain.head(connection).hash
        lock = held(connection)
        accepted = accepted_findings.current(connection)
        told = tuple(
            ExcludedReadings(
                one.subject,
                one.visit,
                tuple(sorted(code for code, by in excluded.items() if by.what == one.what and begun[code])),
                one.why,
            )
            for one in exclusions.standing(connection)
            if not one.series
        )
    has_vault = (study / VAULT_FILE).exists()
    state = count, head, has_vault, lock
    design = row.design.design
    return StudyReadings(wanted, row.order, subjects, tuple(found), *state, accepted, told, called, design)
