"""Story of the study that has lived, act by act. Same codes and grades in each run; moments and hashes differ."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from storage.handover.hand_over import hand_over
from storage.recovery.backup import back_up
from storage.recovery.merge import merge
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from tests.builders.lived import people, readers
from tests.builders.studies import with_secret_of_tests
from workstation.app.studies import create_study
from workstation.intake.deidentify.new_uids import renamed
from workstation.intake.importing.answering import Chooser
from workstation.intake.importing.border_review import see, unseen
from workstation.intake.importing.check_report import check_report
from workstation.intake.importing.giving import Anyway, assign_settled
from workstation.intake.importing.importer import import_folders

WHO = "J. Smit"
FIRST, SECOND, THIRD = "AD", "BE", "CO"
# they stay where the tests look for them
_NOT_DRAWN = ("parked", "begun", "unsigned", "amended", "reopened")
PASSPHRASE = "two wrists and a half"  # noqa: S105 - of a reader who is nobody


@dataclass(frozen=True, slots=True)
class Lived:
    """Where it lies: `trial`, the study; `home`, a copy that was merged; `away`, one that was read on since.

    cases: the code of a case for each state that one can be in, by the state's name.
    """

    root: Path
    cases: dict[str, str]

    @property
    def trial(self) -> Path:
        """The coordinator's study, open and unfinished."""
        return self.root / "trial"

    @property
    def home(self) -> Path:
        """The second reader's copy, merged."""
        return self.root / "home"

    @property
    def away(self) -> Path:
        """The third reader's copy, with answers that the study hasn't got yet."""
        return self.root / "away"

    def copied(self, to: Path) -> Lived:
        """All of it, for a test to change."""
        shutil.copytree(self.root, to)
        return Lived(to, self.cases)


def a_lived_study(root: Path) -> Lived:
    """Build it. `root` is made."""
    found = Lived(root, {})
    _import(root)
    _assign(found.trial)
    _first_reader(found)
    _second_reader_elsewhere(found)
    _read_again(found)
    _adjudicate(found)
    _locked_and_opened(found.trial)
    return found


def _import(root: Path) -> None:
    create_study(root / "trial", "ramris-wrist", "known")
    # the same draws in each run
    with_secret_of_tests(root / "trial")
    with CoordinatorStudy.open(root / "trial") as study:
        import_folders(study, [people.scans(root / "scans")])
        chooser = Chooser(study, WHO, lambda _: None, lambda: False)
        chooser.remove(_subject(study, people.MISTAKEN), "sent by mistake")
        without = _subject(study, people.WITHOUT_CONTRAST)
        found = [
            item for item in check_report(study).findings if item.subject == without and item.code == "series-missing"
        ]
        chooser.accept(found, "no contrast agent was given, and none will be")
        see(study, [item.series for item in unseen(study)], WHO)


def _assign(trial: Path) -> None:
    with CoordinatorStudy.open(trial) as study:
        study.set_design("repeat_every", "4")
        for seed, reader in enumerate((FIRST, SECOND), 1):
            assign_settled(study, reader, seed, Anyway(WHO, "single visits are read as they are"))


def _first_reader(found: Lived) -> None:
    """Beside the vault: most of it signed, one of that amended; a parked case, one that isn't signed, and a draft."""
    trial, cases = found.trial, readers.open_cases(found.trial, FIRST)
    parked, draft, unsigned, amended, reopened = list(_firsts(trial).values())[-5:]
    readers.read_in_the_room(trial, FIRST, cases[0])
    readers.read_by_lines(trial, FIRST, cases[1])
    for case in cases:
        if case not in {parked, draft, unsigned}:
            readers.finish(trial, FIRST, case)
    back_up(trial)
    for case in (parked, draft):
        readers.read_at_once(trial, FIRST, case, 20)
    readers.read_at_once(trial, FIRST, unsigned)
    with ReaderStudy.open(trial, FIRST) as door:
        door.park(parked, "SER")
        door.park(unsigned, "IMG")
    with CoordinatorStudy.open(trial) as study:
        study.resolve(unsigned, "the site sent the series again")
        study.reopen(amended, "a site was graded at the wrong wrist")
    readers.change_one(trial, FIRST, amended)
    readers.sign(trial, FIRST, amended)
    found.cases.update(parked=parked, begun=draft, unsigned=unsigned, amended=amended, reopened=reopened)


def _second_reader_elsewhere(found: Lived) -> None:
    """Two cases signed at the study, the rest in a copy that comes home."""
    trial = found.trial
    for case in readers.open_cases(trial, SECOND)[:2]:
        readers.finish(trial, SECOND, case)
    hand_over(trial, found.home, renamed, SECOND)
    cases = readers.open_cases(found.home, SECOND)
    readers.read_in_the_room(found.home, SECOND, cases[0])
    for case in cases[:-1]:
        readers.finish(found.home, SECOND, case)
    readers.read_at_once(found.home, SECOND, cases[-1], 20)
    found.cases.update(draft=cases[-1], signed=cases[0])
    merge(trial, [found.home])


def _read_again(found: Lived) -> None:
    """Three pairs of the first reader again: one signed, one begun, one not; that one waits for a reopened case."""
    with CoordinatorStudy.open(found.trial) as study:
        drawn = study.reread(FIRST, 3, seed=3)
    first = _firsts(found.trial)
    signed, begun, untouched = (item.case for item in drawn)
    readers.finish(found.trial, FIRST, signed)
    readers.read_at_once(found.trial, FIRST, begun, 30)
    found.cases.update(reread_signed=signed, reread_begun=begun, reread=untouched)
    names = ("read_again", "read_again_begun", "read_again_drawn")
    found.cases.update({name: first[item.subject] for name, item in zip(names, drawn, strict=True)})
    assert not {item.subject for item in drawn} & {_subject_of(first, found.cases[name]) for name in _NOT_DRAWN}
    with CoordinatorStudy.open(found.trial) as study:
        study.reopen(found.cases["reopened"], "a row was skipped")


def _adjudicate(found: Lived) -> None:
    """A third reader, with a passphrase, for what the two disagree on: one case signed here, the next in a copy."""
    with CoordinatorStudy.open(found.trial) as study:
        cases = [item.case for item in study.adjudicate(THIRD, (FIRST, SECOND), "1", seed=3)]
    with ReaderStudy.open(found.trial, THIRD) as door:
        door.set_passphrase(PASSPHRASE)
    readers.finish(found.trial, THIRD, cases[0], PASSPHRASE)
    hand_over(found.trial, found.away, renamed, THIRD)
    readers.finish(found.away, THIRD, cases[1], PASSPHRASE)
    found.cases.update(adjudicated=cases[0], adjudicated_away=cases[1], adjudication=cases[2])


def _locked_and_opened(trial: Path) -> None:
    back_up(trial)
    with CoordinatorStudy.open(trial) as study:
        study.lock(why="an interim look", incomplete=True)
        study.unlock("the interim look is over")


def _subject_of(firsts: dict[str, str], case: str) -> str:
    return next(subject for subject, code in firsts.items() if code == case)


def _firsts(trial: Path) -> dict[str, str]:
    """The first reader's first readings, by subject, in reading order."""
    query = "SELECT subject, code FROM reading_case WHERE reader = ? AND round = 1 ORDER BY position"
    with closing(sqlite3.connect(trial / "study.db")) as connection:
        return dict(connection.execute(query, [FIRST]))


def _subject(study: CoordinatorStudy, person: int) -> str:
    wanted = f"P{person:02}"
    return next(item.subject for item in study.vault.people() if wanted in dict(item.attributes).values())
