"""kill -9 at any moment: every acknowledged answer is on disk and the record verifies."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from storage.audit.verification import audit
from storage.study.reader import ReaderStudy
from tests.builders.studies import an_assigned_study, answer, key
from tests.torture.fresh_seed import FRESH_SEED
from tests.torture.ledger import did

KILLS = 24
PROGRAM = Path(__file__).with_name("recording_loop.py")
ROOT = Path(__file__).parents[3]


@pytest.mark.case(67)
@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL; TerminateProcess is no better judge here")
def test_after_a_kill_every_acknowledged_answer_is_on_disk(tmp_path: Path) -> None:
    folder, (case,) = an_assigned_study(tmp_path / "trial")
    acknowledged: dict[str, str] = {}
    seen = 0
    source = Random(1 + FRESH_SEED)

    for _ in range(KILLS):
        # killed after so many lines, so at a different place of the write each time and with no waiting by clock
        lines = _lines_until_killed(folder, case, wanted=source.randint(1, 12))
        seen += len(lines)
        for line in lines:
            place, _, grade = line.rpartition(" ")
            acknowledged[place] = grade

        with ReaderStudy.open(folder, "ES") as study:
            reading = study.reading(case)
        # the one that was on its way when the kill came may be there or not, so one answer may be newer
        newer = [place for place, grade in acknowledged.items() if reading.answer(key(place)) != answer(grade)]
        assert len(newer) <= 1
        assert len(reading.answers) >= len(acknowledged)
        assert audit(folder).events >= seen
        acknowledged = {f"{at.visit} {at.feature} {at.site}": _grade(reading.answers[at]) for at in reading.answers}
        seen = audit(folder).events
        did("kills of a process that records")


def _grade(given: object) -> str:
    return str(getattr(given, "grade", ""))


def _lines_until_killed(folder: Path, case: str, wanted: int) -> list[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(PROGRAM), str(folder), "ES", case]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(wanted)]
        process.kill()
        lines += process.stdout.readlines()
    # a line cut off by the kill was not acknowledged
    return [line.strip() for line in lines if line.endswith("\n")]
