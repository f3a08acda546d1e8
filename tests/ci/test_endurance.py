"""Endurance as one command: each part gets its share of the time, and a turn that was cut tells what it did."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest

from tests.torture import __main__ as torture
from tests.torture.ledger import behind, read
from tests.torture.parts import PARTS, SHORTEST_TURN_S, Part, Slot, next_slot


def _shared(whole_s: float, takes_s: Callable[[int, float, float], float]) -> list[float]:
    """What each part has had when the time is up. takes_s: of a part with soft and hard end, how long its turn was."""
    used = [0.0 for _ in PARTS]
    while slot := next_slot(used, whole_s):
        used[slot.part] += takes_s(slot.part, slot.soft_s, slot.hard_s)
    return used


def test_each_file_of_a_part_is_there_and_each_test_of_torture_but_one_is_in_a_part() -> None:
    named = {file for part in PARTS for file in part.files}

    assert [file for file in named if not (torture.ROOT / file).exists()] == []
    tortures = {f"tests/torture/{path.name}" for path in (torture.ROOT / "tests" / "torture").glob("test_*.py")}
    # ten kills of a server beside three windows take minutes, so that is in each run of the tests, and in no turn
    assert tortures - named == {"tests/torture/test_three_sites.py"}


@pytest.mark.parametrize("hours", [0.05, 0.5, 1.0, 24.0])
def test_parts_whose_tests_are_short_share_the_time_evenly_and_keep_it(hours: float) -> None:
    used = _shared(hours * 3600, lambda _, soft, __: soft)

    assert sum(used) == pytest.approx(hours * 3600)
    assert max(used) - min(used) <= max(SHORTEST_TURN_S, hours * 3600 / len(PARTS) / 4) + 1


def test_a_part_whose_tests_never_end_takes_no_more_than_its_share_from_the_others() -> None:
    used = _shared(3600.0, lambda part, soft, hard: hard if part == 0 else soft)

    assert sum(used) == pytest.approx(3600.0)
    assert used[0] <= 3600 / len(PARTS) + SHORTEST_TURN_S * 2
    assert min(used) >= 3600 / len(PARTS) * 0.7


def test_a_part_that_ends_at_once_is_run_again_and_again() -> None:
    used = _shared(600.0, lambda part, soft, _: 1.0 if part == 0 else soft)

    assert used[0] > 30


def test_the_seed_stands_in_the_line_that_runs_one_test_again() -> None:
    part = Part("one", ("tests/a.py",), ("--mutant-seed", "{seed}"), {"RAMRIS_TORTURE_SEED": "{seed}"})

    line = shlex.split(torture.again(part, 42, "tests/a.py::test_b[c d]"))

    assert line[:3] == ["env", "RAMRIS_TORTURE_SEED=42", sys.executable]
    assert line[-3:] == ["--mutant-seed", "42", "tests/a.py::test_b[c d]"]


def test_a_turn_begins_behind_the_test_that_was_last_and_comes_round_to_it() -> None:
    assert behind(["a", "b", "c", "d"], "b") == [2, 3, 0, 1]
    assert behind(["a", "b"], "b") == [0, 1]
    assert behind(["a", "b"], "gone") == [0, 1]


def test_a_ledger_tells_what_was_done_also_of_a_turn_that_was_cut() -> None:
    rows = [
        {"began": "a"}, {"outcome": "passed"}, {"did": "kills", "number": 3}, {"outcome": "passed"}, {"ended": "a"},
        {"began": "b"}, {"outcome": "failed"}, {"outcome": "passed"}, {"ended": "b"},
        {"began": "c"}, {"outcome": "skipped"}, {"ended": "c"},
        {"began": "d"}, {"did": "kills", "number": 2},
    ]  # fmt: skip

    turn = read([*(json.dumps(row) + "\n" for row in rows), '{"did": "torn'])

    assert (turn.passed, turn.skipped, turn.failed) == (1, 1, ["b"])
    assert turn.done == {"kills": 5}
    assert (turn.last, turn.running) == ("c", "d")


LASTING = """
import time
from tests.torture.ledger import did

def test_a():
    did("kills", 2)

def test_b():
    did("kills")
    assert False, "found"

def test_c():
    did("kills", 4)
    time.sleep(60)

def test_d():
    pass
"""


@pytest.fixture
def lasting(monkeypatch: pytest.MonkeyPatch) -> Iterator[Part]:
    build = torture.ROOT / "build"
    build.mkdir(exist_ok=True)
    folder = Path(mkdtemp(prefix="torture-", dir=build))
    monkeypatch.setattr(torture, "OUT", folder)
    file = folder / "test_lasting.py"
    file.write_text(LASTING, encoding="utf-8")
    yield Part("lasting", (file.relative_to(torture.ROOT).as_posix(),))
    shutil.rmtree(folder)


def test_a_part_is_cut_told_and_goes_on_behind_what_was_cut(lasting: Part) -> None:
    told = torture.Told()

    torture.run(lasting, 7, Slot(0, 100.0, 8.0), told)

    assert str(told).startswith("1 tests passed, 7 kills; 1 failed; cut 1 x: ")
    assert told.last.endswith("test_c")
    assert "test_b (seed 7): " in told.failed[0]
    again = shlex.split(told.failed[0].partition(": ")[2])
    assert subprocess.run(again, cwd=torture.ROOT, capture_output=True, check=False).returncode == 1

    torture.run(lasting, 8, Slot(0, 0.0, 8.0), told)

    # no test begins any more after the first one, since the turn's time was nothing
    assert told.last.endswith("test_d")
    assert told.passed == 2
