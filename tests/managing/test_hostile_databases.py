"""Hostile databases in the coordinator's window: what is wrong is told in a line, and never as our fault.

RAMRIS_HOSTILE_RUNS and RAMRIS_HOSTILE_SEED give more of them.
"""

from __future__ import annotations

import os
import queue
import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from storage.study.coordinator import CoordinatorStudy
from storage.vault import vault_passphrase
from tests.builders.hostile.databases import a_whole_study, edit, edits
from workstation.app.coordinating import kept_safe
from workstation.app.window_tasks import TASKS
from workstation.managing import commands as c
from workstation.managing.session import ManagingSession
from workstation.managing.state import Notice

RUNS = int(os.environ.get("RAMRIS_HOSTILE_RUNS", "6"))
SEED = int(os.environ.get("RAMRIS_HOSTILE_SEED", "20261129"))
GIVEN = {"reader": "ES", "readers": "ES,MO", "why": "asked", "exports": ".", "clinical": "x.csv", "name": "R1"}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A study and one of its cases."""
    return a_whole_study(tmp_path_factory.mktemp("hostile") / "trial")


@pytest.mark.parametrize("number", range(RUNS))
def test_what_is_wrong_with_a_hostile_file_is_told_and_is_no_fault_of_the_program(
    number: int, whole: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vault_passphrase, "ask", vault_passphrase.ask)
    folder, case = whole
    dice = random.Random(f"{SEED} window {number}")
    hostile = Path(shutil.copytree(folder, tmp_path / "hostile"))
    done = next(statement for file, statement in edits(dice) if edit(hostile, file, statement))
    posted: queue.Queue[Callable[[], None]] = queue.Queue()
    said: list[Notice] = []
    session = ManagingSession(
        hostile,
        lambda: CoordinatorStudy.open(hostile),
        lambda *_: None,
        posted.put,
        lambda study: kept_safe(hostile, study.token),
        tasks=TASKS,
    )
    session.listen(lambda before, now: said.append(now.notice) if now.notice and now.notice != before.notice else None)

    def until(condition: Callable[[], bool]) -> None:
        end = time.monotonic() + 60
        while not condition():
            assert time.monotonic() < end, (done, session.state)
            try:
                posted.get(timeout=0.2)()
            except queue.Empty:
                continue

    session.start()
    until(lambda: session.state.findings is not None or session.state.notice is not None)
    for task in dice.sample(TASKS, 4):
        given = {field.name: GIVEN.get(field.name, "") for field in task.fields} | {"case": case}
        session.dispatch(c.RunTask(task, given | {"out": str(tmp_path / task.id), "folder": str(tmp_path)}))
        until(lambda: session.state.work is None)
    session.shutdown()

    for notice in said:
        text = "\n".join((notice.text, *notice.details))
        assert "inside the program" not in text, (done, text)
        assert "ramris study" not in text, (done, text)
