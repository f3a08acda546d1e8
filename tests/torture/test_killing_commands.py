"""kill -9 at any call of what is done around the answers: it happened or it didn't, and the same again finishes it."""

from __future__ import annotations

import json
import shutil
import signal
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

import pytest

from scoring.errors import RamrisError
from storage.audit.verification import audit
from storage.exporting.exchange import NOTE, OURS, PACKAGE_FILE
from storage.exporting.export import export_study
from storage.exporting.writing import Wish
from storage.handover.hand_over import hand_over
from storage.recovery.backup import back_up
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from storage.vault.vault_passphrase import VARIABLE
from tests.builders.studies import an_assigned_study, answer, as_it_is, changed, key, read_whole, record, with_files
from tests.torture.conftest import Victim
from tests.torture.disk import FaultyDisk, Mode
from tests.torture.fresh_seed import FRESH_SEED
from tests.torture.ledger import did
from workstation.cli.shared import NEW_PASSPHRASE

KILLED = -signal.SIGKILL
PHRASE = "correct horse battery"
# of the kills that the option names, so many hit each of these commands
SHARE = 0.1
CAPITATE = key("1 ERO CAP")


@dataclass(frozen=True, slots=True)
class Deed:
    """What is done to a study, and how far it is to be seen done: `done` asserts all that must hold either way."""

    order: dict[str, Any]
    done: Callable[[], bool]


def _typed(*words: object, **environment: str) -> dict[str, Any]:
    return {"do": "command", "typed": [str(word) for word in words], "environment": environment}


def _status(trial: Path, case: str) -> str:
    assert audit(trial).events == 86
    with ReaderStudy.open(trial, "ES") as study:
        return study.state(case).status


def reopening(root: Path) -> Deed:
    trial, case = _read(root)
    with ReaderStudy.open(trial, "ES") as study:
        study.sign(case, {finding.id: "seen" for finding in study.signing_sheet(case).findings})
    order = _typed("study", "reopen", trial, case, "--why", "the capitate was taken for the lunate")
    return Deed(order, lambda: _status(trial, case) == "draft")


def parking(root: Path) -> Deed:
    trial, case = _read(root)
    order = {"do": "park", "study": str(trial), "reader": "ES", "case": case}
    return Deed(order, lambda: _status(trial, case) == "parked")


def merging(root: Path) -> Deed:
    trial, _ = _with_images(root)
    hand_over(trial, root / "copy", as_it_is)
    given = [changed(f"1 ERO {site}", "2") for site in ("CAP", "HAM", "LUN", "TRQ")]
    with ReaderStudy.open(root / "copy", "ES") as study:
        study.record(study.worklist()[0].case, given, "room")

    def done() -> bool:
        assert audit(root / "copy").events == 4
        events = audit(trial).events
        assert events in {0, 4}
        return events == 4

    return Deed(_typed("study", "merge", trial, root / "copy"), done)


def restoring(root: Path) -> Deed:
    trial, (case,) = an_assigned_study(root / "trial")
    record(trial, case, changed("1 ERO CAP", "2"))
    back_up(trial)
    record(trial, case, changed("1 ERO CAP", "3", "2"))

    def done() -> bool:
        with ReaderStudy.open(trial, "ES") as study:
            found = study.reading(case).answer(CAPITATE)
        assert audit(trial).events == (1 if found == answer("2") else 2)
        replaced = list((trial / "backups").glob("replaced-*.db"))
        if found == answer("2"):
            # what was replaced is kept, whole
            assert 2 in {_events(root / "held", file) for file in replaced}
        return found == answer("2")

    return Deed(_typed("study", "restore", trial, "--why", "read on the wrong screen"), done)


def salvaging(root: Path) -> Deed:
    trial, case = _read(root)
    content = bytearray((trial / "study.db").read_bytes())
    page = content.rindex(b'"study":') // 4096 if b'"study":' in content else len(content) // 8192
    content[page * 4096 : page * 4096 + 100] = b"\x55" * 100
    (trial / "study.db").write_bytes(content)
    before, out = bytes(content), root / "trial-salvaged"

    def done() -> bool:
        assert (trial / "study.db").read_bytes() == before
        if not out.exists():
            return False
        with ReaderStudy.open(out, "ES") as study:
            assert len(study.reading(case).answers) == 86
        return True

    return Deed(_typed("study", "salvage", trial, out), done)


def handing_over(root: Path) -> Deed:
    trial, _ = _read(root)
    out = root / "trial-copy"

    def done() -> bool:
        assert audit(trial).events == 86
        if not out.exists():
            return False
        assert audit(out).events == 86
        assert not (out / "vault.db").exists()
        return True

    return Deed({"do": "hand_over", "study": str(trial), "out": str(out)}, done)


def locking_the_vault(root: Path) -> Deed:
    trial, _ = an_assigned_study(root / "trial")
    secret = _secret(trial)

    def done() -> bool:
        sealed = (trial / "vault.db").read_bytes().startswith(b"ramris sealed")
        with pytest.MonkeyPatch.context() as patch:
            if sealed:
                patch.setenv(VARIABLE, PHRASE)
            assert _secret(trial) == secret
        return sealed

    return Deed(_typed("study", "lock-vault", trial, **{NEW_PASSPHRASE: PHRASE}), done)


def locking_the_study(root: Path) -> Deed:
    trial, case = _read(root)
    order = _typed("study", "lock", trial, "--incomplete", "--why", "the last reader has left")

    def done() -> bool:
        assert _status(trial, case) == "draft"
        with ReaderStudy.open(trial, "ES") as study, study._store.reading() as connection:
            kinds = connection.exec_driver_sql("SELECT kind FROM act WHERE kind = 'locked'").scalars().all()
        assert len(kinds) <= 1
        return bool(kinds)

    return Deed(order, done)


def assigning(root: Path) -> Deed:
    trial, _ = an_assigned_study(root / "trial", subjects=3)

    def done() -> bool:
        assert audit(trial).events == 0
        with ReaderStudy.open(trial, "ES") as study, study._store.reading() as connection:
            query = "SELECT count(*) FROM reading_case WHERE reader = 'MO'"
            cases: int = connection.exec_driver_sql(query).scalar_one()
        assert cases in {0, 3}
        return cases == 3

    return Deed(_typed("study", "assign", trial, "--reader", "MO", "--seed", "5"), done)


def exporting_again(root: Path) -> Deed:
    """Into the folder of an earlier export that held a file more, and one answer less."""
    trial, case = _read(root)
    out = root / "trial-csv"
    export_study(trial, out, Wish(wide=True))
    record(trial, case, changed("1 ERO CAP", "3", "0"))

    def done() -> bool:
        # whole, or it says of itself that it isn't, and then no package vouches for it
        if (out / NOTE).exists():
            return False
        package = json.loads((out / PACKAGE_FILE).read_bytes())
        for file in (*package["resources"], *package[OURS]["other_files"]):
            assert f"sha256:{sha256((out / file['path']).read_bytes()).hexdigest()}" == file["hash"]
        events: int = package[OURS]["record"]["events"]
        assert events in {86, 87}
        assert (out / "wide.csv").exists() == (events == 86)
        return events == 87

    return Deed(_typed("export", trial, out), done)


DEEDS = (
    exporting_again,
    reopening,
    parking,
    merging,
    restoring,
    salvaging,
    handing_over,
    locking_the_vault,
    locking_the_study,
    assigning,
)


@pytest.mark.case(68)
@pytest.mark.parametrize("made", DEEDS, ids=lambda made: made.__name__)
def test_a_killed_command_was_done_or_not_and_the_same_again_finishes_it(
    request: pytest.FixtureRequest, fast_folder: Path, victim: Victim, disk: FaultyDisk, made: Callable[[Path], Deed]
) -> None:
    kept, root = fast_folder / "kept", fast_folder / "root"
    root.mkdir()
    deed = made(root)
    shutil.copytree(root, kept)

    def afresh() -> None:
        shutil.rmtree(root)
        shutil.copytree(kept, root)
        assert not deed.done()

    disk.order(Mode.COUNT, part="trial")
    whole = victim(**deed.order)
    calls = disk.seen
    assert whole.status == 0, whole
    assert whole.lines[-1] in {"done 0", "done 1", "parked", "handed"}, whole
    assert deed.done()

    source, killed = Random(calls + FRESH_SEED), 0
    for _ in range(max(2, round(int(request.config.getoption("--torture")) * SHARE))):
        afresh()
        disk.order(Mode.KILL, source.randint(1, calls), part="trial")
        ended = victim(**deed.order)
        disk.heal()
        did("kills at a call of the disk")
        assert ended.status in {KILLED, 0}, ended
        assert not list(Path(disk.environment["TMPDIR"]).iterdir())
        killed += ended.status == KILLED
        done = deed.done()
        assert done or not ended.lines

        again = victim(**deed.order)

        # what was done already may be refused in words the second time
        assert again.status == 0 or done, again
        assert deed.done()
        # what a killed one left is gone with the next one that does something
        assert done or not [left for left in root.glob("**/.*") if left.is_dir() or left.stat().st_size]
    assert killed > 0


@pytest.mark.case(68)
def test_an_export_that_is_killed_at_any_file_says_so_and_the_next_one_finishes_it(
    request: pytest.FixtureRequest, fast_folder: Path, victim: Victim, disk: FaultyDisk
) -> None:
    root = fast_folder / "root"
    root.mkdir()
    deed = exporting_again(root)
    kept = shutil.copytree(root / "trial-csv", fast_folder / "kept")
    disk.order(Mode.COUNT, part="/trial-csv/")
    assert victim(**deed.order).status == 0
    calls, unfinished = disk.seen, 0
    assert calls > len(list(kept.iterdir()))

    # each call in a long run, a few of them else
    wanted = int(request.config.getoption("--torture"))
    moments = sorted({1, 2, calls - 1, calls} | set(range(1, calls, max(1, 4 * calls // wanted))))
    for at in moments:
        shutil.rmtree(root / "trial-csv")
        shutil.copytree(kept, root / "trial-csv")
        disk.order(Mode.KILL, at, part="/trial-csv/")
        assert victim(**deed.order).status == KILLED
        disk.heal()
        did("kills at a call of the disk")
        deed.done()
        unfinished += (root / "trial-csv" / NOTE).exists()

        assert victim(**deed.order).status == 0
        assert deed.done()
    assert unfinished == len(moments) - 1


def _events(folder: Path, file: Path) -> int:
    """How many events a copy of study.db holds; damaged is none."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    shutil.copyfile(file, folder / "study.db")
    try:
        return audit(folder).events
    except RamrisError:
        return 0


def _read(root: Path) -> tuple[Path, str]:
    trial, case = _with_images(root)
    read_whole(trial, case)
    return trial, case


def _with_images(root: Path) -> tuple[Path, str]:
    trial, (case,) = an_assigned_study(root / "trial")
    return with_files(trial), case


def _secret(trial: Path) -> bytes:
    with CoordinatorStudy.open(trial) as study:
        return study.vault.secret
