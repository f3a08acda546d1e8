"""kill -9 at any call that touches the disk, within writes too: what was acknowledged is there, and nothing is broken.

`pytest tests/torture --torture 1000` is the long run.
"""

from __future__ import annotations

import shutil
import signal
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from scoring.readings.order import keys_in_reading_order
from scoring.readings.reading import Reading
from storage.audit.verification import audit
from storage.files.layout import BACKUPS_FOLDER
from storage.recovery.backup import back_up, backups_of, verified
from storage.study.reader import ReaderStudy
from tests.builders.studies import an_assigned_study, answer, changed, key, read_whole, record
from tests.torture.conftest import Ended, Victim
from tests.torture.disk import FaultyDisk, Mode
from tests.torture.fresh_seed import FRESH_SEED
from tests.torture.ledger import did
from workstation.reading.answers.focus_moves import GoTo
from workstation.reading.session.session import Session
from workstation.reading.state import Focus

OLD = Path(__file__).parents[1] / "storage" / "old"
KILLED = -signal.SIGKILL
# shares of the kills that each victim gets
SHARES = {"enter": 0.35, "room": 0.35, "sign": 0.1, "backup": 0.1, "open": 0.025}


@pytest.fixture
def trial(fast_folder: Path) -> tuple[Path, str]:
    folder, (case,) = an_assigned_study(fast_folder / "trial")
    return folder, case


def _kills(request: pytest.FixtureRequest, victim: str) -> int:
    return max(1, round(int(request.config.getoption("--torture")) * SHARES[victim]))


def _moments(disk: FaultyDisk, wanted: int, calls: int, part: str) -> Iterator[int]:
    """So many calls to be killed at, drawn from all calls of an undisturbed run; the order is given."""
    source = Random(calls + FRESH_SEED)
    for _ in range(wanted):
        at = source.randint(1, calls)
        disk.order(Mode.KILL, at, part=part)
        yield at
        did("kills at a call of the disk")
    disk.heal()


def _reading(folder: Path, case: str) -> Reading:
    """The answers on disk, after everything that holds for a whole study was checked."""
    connection = sqlite3.connect(folder / "study.db")
    # the first look of any program at the file plays back what was half done
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()
    audit(folder)
    for backup in backups_of(folder):
        assert verified(backup.file)[0] == backup.events
    with ReaderStudy.open(folder, "ES") as study:
        return study.reading(case)


def _check_answers(acknowledged: list[tuple[str, str]], reading: Reading) -> None:
    for place, grade in acknowledged:
        assert reading.answer(key(place)) == answer(grade), f"{place} was acknowledged as {grade} and isn't there"


@pytest.mark.case(67, 68)
def test_a_killed_entry_has_everything_that_it_acknowledged(
    request: pytest.FixtureRequest, trial: tuple[Path, str], victim: Victim, disk: FaultyDisk
) -> None:
    folder, case = trial
    order = {"do": "enter", "study": str(folder), "reader": "ES", "case": case, "answers": 8}
    disk.order(Mode.COUNT, part="trial")
    whole = victim(**order, grade=0)
    assert (whole.status, whole.after("ok")) == (0, [str(number) for number in range(1, 9)])
    with ReaderStudy.open(folder, "ES") as study:
        places = [f"{at.visit} {at.feature} {at.site}" for at in study.reading(case).answers]
    in_order = _places_in_order(folder)[:8]
    assert set(places) == set(in_order)

    killed = 0
    for number, _ in enumerate(_moments(disk, _kills(request, "enter"), disk.seen, "trial"), start=1):
        grade = number % 4
        ended = victim(**order, grade=grade)

        assert ended.status in {KILLED, 0}, ended
        killed += ended.status == KILLED
        _check_answers([(in_order[int(line) - 1], str(grade)) for line in ended.after("ok")], _reading(folder, case))
    assert killed > 0


@pytest.mark.case(67, 68)
def test_a_killed_room_has_everything_that_it_showed_and_reopens_at_its_place(
    request: pytest.FixtureRequest, trial: tuple[Path, str], victim: Victim, disk: FaultyDisk
) -> None:
    folder, case = trial
    order = {"do": "room", "study": str(folder), "reader": "ES", "case": case, "answers": 6}
    disk.order(Mode.COUNT, part="trial")
    whole = victim(**order, grade=0)
    assert (whole.status, len(whole.after("saved"))) == (0, 6), whole

    killed = 0
    for number, _ in enumerate(_moments(disk, _kills(request, "room"), disk.seen, "trial"), start=1):
        before = _focus(folder, case)
        ended = victim(**order, grade=number % 4)

        assert ended.status in {KILLED, 0}, ended
        killed += ended.status == KILLED
        reading = _reading(folder, case)
        _check_answers([_place_and_grade(line) for line in ended.after("saved")], reading)
        # the place that was last told, or the next one: the kill may have come after its commit
        told = [before, *ended.after("place")][-1]
        places = _places_in_order(folder)
        assert _focus(folder, case) in {told, places[min(places.index(told) + 1, len(places) - 1)]}
        if places.index(_focus(folder, case)) > len(places) - 12:
            _go_back(folder, case, places[0])
    assert killed > 0


@pytest.mark.case(68)
def test_a_killed_signature_is_there_when_it_was_acknowledged_and_is_whole_or_absent(
    request: pytest.FixtureRequest, fast_folder: Path, victim: Victim, disk: FaultyDisk
) -> None:
    graded, (case,) = an_assigned_study(fast_folder / "graded")
    read_whole(graded, case)
    folder = fast_folder / "trial"

    def afresh() -> None:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(graded, folder)

    afresh()
    disk.order(Mode.COUNT, part="trial")
    whole = victim(do="sign", study=str(folder), reader="ES", case=case)
    assert (whole.status, len(whole.after("signed"))) == (0, 1), whole

    for _ in _moments(disk, _kills(request, "sign"), disk.seen, "trial"):
        afresh()
        ended = victim(do="sign", study=str(folder), reader="ES", case=case)

        assert ended.status in {KILLED, 0}, ended
        assert len(_reading(folder, case).answers) == 86
        with ReaderStudy.open(folder, "ES") as study:
            signed = study.state(case).status == "signed"
        assert signed or not ended.after("signed")


@pytest.mark.case(68)
def test_a_killed_backup_leaves_no_half_made_one_and_the_study_as_it_was(
    request: pytest.FixtureRequest, trial: tuple[Path, str], victim: Victim, disk: FaultyDisk
) -> None:
    folder, case = trial
    disk.order(Mode.COUNT, part=BACKUPS_FOLDER)
    record(folder, case, changed("1 ERO CAP", "0"))
    assert victim(do="backup", study=str(folder)).status == 0

    for number, _ in enumerate(_moments(disk, _kills(request, "backup"), disk.seen, BACKUPS_FOLDER), start=1):
        record(folder, case, changed("1 ERO CAP", str(number % 10), str((number - 1) % 10)))
        ended = victim(do="backup", study=str(folder))

        assert ended.status in {KILLED, 0}
        assert _reading(folder, case).answer(key("1 ERO CAP")) == answer(str(number % 10))
    back_up(folder)
    # what the killed ones left is gone with the next one
    assert {item.name for item in (folder / BACKUPS_FOLDER).iterdir()} == {
        *(backup.file.name for backup in backups_of(folder)),
        "backups.lock",
    }


@pytest.mark.case(79)
@pytest.mark.parametrize("old", sorted(OLD.glob("study-*.db")), ids=lambda path: path.stem)
def test_a_killed_migration_leaves_the_old_file_or_the_new_one(
    request: pytest.FixtureRequest, fast_folder: Path, victim: Victim, disk: FaultyDisk, old: Path
) -> None:
    folder = fast_folder / "trial"

    def afresh() -> None:
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "images").mkdir(parents=True)
        shutil.copyfile(old, folder / "study.db")

    afresh()
    before = _version(folder)
    disk.order(Mode.COUNT, part="trial")
    whole = victim(do="open", study=str(folder), reader="ES")
    assert (whole.lines, whole.status) == (("opened",), 0)
    new, calls = _version(folder), disk.seen

    seen = set()
    for _ in _moments(disk, _kills(request, "open"), calls, "trial"):
        afresh()
        ended = victim(do="open", study=str(folder), reader="ES")
        assert ended.status in {KILLED, 0}, ended
        seen.add(_version(folder))

        # whoever opens it next has the whole study
        assert audit(folder).events > 0
        assert _version(folder) == new
        copies = list(folder.glob("study.db.before-*"))
        assert [_version(folder, copy.name) for copy in copies] == [before]
    assert seen <= {before, new}


def _version(folder: Path, name: str = "study.db") -> str:
    connection = sqlite3.connect(folder / name)
    (found,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()
    return str(found)


def _places_in_order(folder: Path) -> list[str]:
    with ReaderStudy.open(folder, "ES") as study:
        return [f"{at.visit} {at.feature} {at.site}" for at in keys_in_reading_order(study.scheme)]


def _focus(folder: Path, case: str) -> str:
    with ReaderStudy.open(folder, "ES") as study:
        assert study.last_case() == case
        focus = Session(study, case).state.focus
    return f"{focus.visit} {focus.feature} {focus.site}"


def _go_back(folder: Path, case: str, place: str) -> None:
    at = key(place)
    with ReaderStudy.open(folder, "ES") as study:
        Session(study, case).dispatch(GoTo(Focus(at.feature, at.site, at.visit)))


def _place_and_grade(line: str) -> tuple[str, str]:
    place, _, grade = line.rpartition(" ")
    return place, grade


def test_the_shim_is_seen_to_strike(trial: tuple[Path, str], victim: Victim, disk: FaultyDisk) -> None:
    folder, case = trial
    disk.order(Mode.KILL, 1, part="trial")

    ended: Ended = victim(do="enter", study=str(folder), reader="ES", case=case, answers=1, grade=1)

    assert ended == Ended((), KILLED)
    disk.heal()
