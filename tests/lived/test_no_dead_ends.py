"""Deeds at random, by everybody's doors: the worklist is the one of the table, and every study can be finished."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from scoring.errors import RamrisError
from scoring.readings import rounds
from scoring.readings.case_states import Around, State, listed, unsigned_again
from storage.audit.verification import audit
from storage.record import case_status, progress
from storage.record.study_file import open_study_file
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from tests.builders.editions import rows, sign
from tests.builders.lived.readers import read_at_once
from tests.builders.studies import an_assigned_study, changed
from tests.torture.fresh_seed import FRESH_SEED
from tests.torture.ledger import did

# minutes where other work takes the disk
pytestmark = pytest.mark.timeout(600)
READER = "ES"
_which = st.integers(0, 11)


class Trial(RuleBasedStateMachine):
    """One reader, three subjects. A deed that is refused in one line is as good as one that is done."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Path(mkdtemp(prefix="ramris-deeds-"))
        self.folder, _ = an_assigned_study(self.root / "trial", subjects=3)

    def _case(self, which: int) -> str:
        codes = [str(row[0]) for row in rows(self.folder, "SELECT code FROM reading_case ORDER BY position")]
        return codes[which % len(codes)]

    @rule(which=_which)
    def begin(self, which: int) -> None:
        with suppress(RamrisError), ReaderStudy.open(self.folder, READER) as door:
            door.record(self._case(which), [changed("1 ERO CAP", "1")], "enter")

    @rule(which=_which)
    def read(self, which: int) -> None:
        with suppress(RamrisError):
            read_at_once(self.folder, READER, self._case(which))

    @rule(which=_which)
    def sign(self, which: int) -> None:
        with suppress(RamrisError):
            sign(self.folder, self._case(which))

    @rule(which=_which)
    def park(self, which: int) -> None:
        with suppress(RamrisError), ReaderStudy.open(self.folder, READER) as door:
            door.park(self._case(which), "IMG")

    @rule(which=_which, coordinator=st.booleans())
    def resolve(self, which: int, coordinator: bool) -> None:
        case = self._case(which)
        if coordinator:
            with suppress(RamrisError), CoordinatorStudy.open(self.folder) as study:
                study.resolve(case, "answered")
        else:
            with suppress(RamrisError), ReaderStudy.open(self.folder, READER) as door:
                door.take_back(case)

    @rule(which=_which)
    def reopen(self, which: int) -> None:
        with suppress(RamrisError), CoordinatorStudy.open(self.folder) as study:
            study.reopen(self._case(which), "a slip")

    @rule()
    def reread(self) -> None:
        with suppress(RamrisError), CoordinatorStudy.open(self.folder) as study:
            study.reread(READER, 1, seed=1)

    @rule(subject=st.integers(1, 2), visit=st.sampled_from([None, 2]), back=st.booleans())
    def exclude(self, subject: int, visit: int | None, back: bool) -> None:
        with suppress(RamrisError), CoordinatorStudy.open(self.folder) as study:
            (study.include if back else study.exclude)(f"S00{subject}", visit, "", "a word of consent")

    @rule()
    def assign(self) -> None:
        """Gives a case of what is left to whoever lost one with an excluded visit."""
        with suppress(RamrisError), CoordinatorStudy.open(self.folder) as study:
            study.assign(READER, seed=2)

    @rule()
    def lock(self) -> None:
        with suppress(RamrisError), CoordinatorStudy.open(self.folder) as study:
            study.lock(why="an interim look", incomplete=True)

    @rule()
    def unlock(self) -> None:
        with suppress(RamrisError), CoordinatorStudy.open(self.folder) as study:
            study.unlock("over")

    @invariant()
    def the_worklist_is_that_of_the_table(self) -> None:
        with ReaderStudy.open(self.folder, READER) as door:
            assert {entry.case for entry in door.worklist()} == _by_the_table(self.folder)
        did("deeds")

    def teardown(self) -> None:
        try:
            _finish(self.folder)
            audit(self.folder)
        finally:
            shutil.rmtree(self.root)


def _by_the_table(folder: Path) -> set[str]:
    store, _ = open_study_file(folder)
    with store.reading() as connection:
        states = case_status.of_all(connection)
        begun = progress.begun(connection, READER)
    store.close()
    cases = {
        str(code): (subject, round_)
        for code, subject, round_ in rows(folder, "SELECT code, subject, round FROM reading_case")
    }
    state = {code: states[code].state if code in states else State.DRAFT for code in cases}
    again = {subject for subject, round_ in cases.values() if round_ == rounds.REREAD}
    waits = any(
        round_ == rounds.REREAD and code not in begun and state[code] is not State.EXCLUDED
        for code, (_, round_) in cases.items()
    )
    first = waits and any(unsigned_again(item) for item in state.values())
    return {
        code
        for code, (subject, round_) in cases.items()
        if listed(
            state[code],
            Around(begun=code in begun, drawn_again=round_ != rounds.REREAD and subject in again, others_first=first),
        )
    }


def _finish(folder: Path) -> None:
    """By the doors alone, until the study is locked with every case signed."""
    with CoordinatorStudy.open(folder) as study:
        with suppress(RamrisError):
            study.unlock("to be finished")
        for item in study.parked_cases():
            study.resolve(item.case, "answered")
    for _ in range(20):
        with ReaderStudy.open(folder, READER) as door:
            open_ = [entry.case for entry in door.worklist() if entry.status != "signed"]
        closed = _closed_unsigned(folder)
        if not (open_ or closed):
            break
        for case in open_:
            read_at_once(folder, READER, case)
            sign(folder, case)
        for case in closed:
            with CoordinatorStudy.open(folder) as study:
                study.reopen(case, "to be signed")
    with CoordinatorStudy.open(folder) as study:
        assert study.lock().unsigned == 0


def _closed_unsigned(folder: Path) -> list[str]:
    """Cases that no reader sees and that aren't signed."""
    store, _ = open_study_file(folder)
    with store.reading() as connection:
        states = case_status.of_all(connection)
    store.close()
    seen = _by_the_table(folder)
    codes = [str(row[0]) for row in rows(folder, "SELECT code FROM reading_case")]
    waiting = any(unsigned_again(item.state) for item in states.values())
    done = {State.SIGNED, State.EXCLUDED}
    unsigned = [code for code in codes if code not in states or states[code].state not in done]
    return [] if waiting else [code for code in unsigned if code not in seen]


TestEveryStudyCanBeFinished = Trial.TestCase
TestEveryStudyCanBeFinished.settings = settings(
    max_examples=12,
    stateful_step_count=14,
    deadline=None,
    # the same ones in each run, but for the endurance run's
    derandomize=FRESH_SEED == 0,
    # a shrunk example of twelve would take longer than to read a long one
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
