"""kill -9 at any call of every command that writes, on the study that has lived: the record holds, and it can go on.

Commands and what they are given are those of tests/lived/commands.py; which of them write is seen, not listed.
"""

from __future__ import annotations

import shlex
import shutil
import signal
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Final

import pytest

from storage.recovery.backup import backups_of, verified
from tests.builders.editions import rows
from tests.builders.lived.story import Lived, a_lived_study
from tests.lived.commands import REFUSED, TRIED, Tried
from tests.torture.conftest import Victim
from tests.torture.disk import FaultyDisk, Mode
from tests.torture.fresh_seed import FRESH_SEED
from tests.torture.ledger import did
from workstation.cli import main

KILLED: Final = -signal.SIGKILL
# drawn in processes of their own; pictures and documents alone
_ALONE: Final = ("--png", "reader cover", "demo", "open", "qualify")
WRITERS: Final = tuple(
    item
    for item in TRIED
    if item.status != REFUSED and not item.alone and not any(word in item.given for word in _ALONE)
)
# all of them take minutes: some in each run, all in the endurance run
SOME: Final = WRITERS if FRESH_SEED else WRITERS[::10]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    return a_lived_study(tmp_path_factory.mktemp("lived") / "year")


@pytest.fixture
def afresh(kept: Lived, fast_folder: Path) -> Callable[[], Lived]:
    """The study as it was before anything was killed; at the same place each time."""
    root = fast_folder / "year"

    def copied() -> Lived:
        shutil.rmtree(root, ignore_errors=True)
        return kept.copied(root)

    return copied


@pytest.fixture
def kills(request: pytest.FixtureRequest) -> int:
    """Of the kills that the option names, so many hit each of these commands."""
    return max(1, int(request.config.getoption("--torture")) // 24)


@pytest.mark.case(68)
@pytest.mark.parametrize("tried", SOME, ids=[f"{number} {item.given}" for number, item in enumerate(SOME)])
def test_a_command_that_was_killed_leaves_a_record_that_holds_and_can_be_given_again(
    kills: int, afresh: Callable[[], Lived], victim: Victim, disk: FaultyDisk, tried: Tried
) -> None:
    lived = afresh()
    root = lived.root
    order = _order(tried, lived)
    disk.order(Mode.COUNT, part="/year/")
    whole = victim(**order)
    calls = disk.seen
    assert whole.status == 0, whole
    wanted = _done(root)
    source = Random(f"{FRESH_SEED} {tried.given}")

    for _ in range(kills):
        if not calls:
            # it writes nothing
            break
        afresh()
        disk.order(Mode.KILL, source.randint(1, calls), part="/year/")
        ended = victim(**order)
        disk.heal()
        assert ended.status in {KILLED, 0}, ended
        did("kills of a command on a study that has lived", int(ended.status == KILLED))

        _holds(root)
        again = victim(**order)

        assert again.status == 0, again
        _holds(root)
        # what was done already may be refused in words the second time, or done twice
        assert again.lines[-1] in {whole.lines[-1], f"done {REFUSED}"}, again
        assert wanted <= _done(root), again


def _order(tried: Tried, lived: Lived) -> dict[str, object]:
    root = lived.root
    places = {name: str(root / name) for name in ("trial", "home", "away", "scans", "out")} | lived.cases
    own = {"RAMRIS_CONFIG": str(root / "settings"), "XDG_DATA_HOME": str(root / "data")}
    typed = [word.format(**places) for word in shlex.split(tried.given)]
    return {"do": "command", "typed": typed, "stdin": tried.stdin.format(**places), "environment": own}


def _done(root: Path) -> Counter[str]:
    """How much there is of each: answers and acts in the study and its copy, and files beside them."""
    found = Counter(path.suffix for path in root.glob("out*/**/*") if path.is_file())
    found.update(f"out{path.suffix}" for path in root.glob("out*"))
    for folder in ("trial", "home"):
        found[f"answers in {folder}"] = len(rows(root / folder, "SELECT seq FROM event"))
        found.update(f"{kind} in {folder}" for (kind,) in rows(root / folder, "SELECT kind FROM act"))
        # how many there are depends on where a command was cut off
        found.pop(f"vault_changed in {folder}", None)
    return found


def _holds(root: Path) -> None:
    """The study, with its images and its vault, and every copy of it."""
    for folder in ("trial", "home", "away"):
        assert main(["audit", str(root / folder)]) != REFUSED, folder
        for backup in backups_of(root / folder):
            assert verified(backup.file)[0] == backup.events
