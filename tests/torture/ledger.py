"""Ledger of a turn of the endurance run: a line for each step, so that a turn that is cut has told what it did.

`-p tests.torture.ledger` with RAMRIS_LEDGER set: tests are run from the one behind BEHIND on, round and round, and none
begins any more when TURN_S is over. Without the variable `did` counts nothing.
"""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pytest

FILE: Final = "RAMRIS_LEDGER"
BEHIND: Final = "RAMRIS_LEDGER_BEHIND"
TURN_S: Final = "RAMRIS_LEDGER_TURN_S"


def did(what: str, number: int = 1) -> None:
    """So many more of `what`, such as "processes killed"."""
    _write({"did": what, "number": number})


@dataclass(slots=True)
class Turn:
    """What a ledger tells. last: the test that was ended last; running: the one that was begun and not ended."""

    passed: int = 0
    skipped: int = 0
    failed: list[str] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    last: str = ""
    running: str = ""


def read(lines: Iterable[str]) -> Turn:
    """The turn that a ledger tells of; a last line that was torn is left out."""
    turn, outcome = Turn(), "passed"
    for line in lines:
        if not line.endswith("\n"):
            break
        row = json.loads(line)
        match row:
            case {"did": what, "number": number}:
                turn.done[what] += number
            case {"began": name}:
                turn.running, outcome = name, "passed"
            case {"outcome": found}:
                # a test that failed and whose fixtures then end well has failed
                outcome = found if outcome == "passed" or found == "failed" else outcome
            case {"ended": name}:
                turn.last, turn.running = name, ""
                turn.passed += outcome == "passed"
                turn.skipped += outcome == "skipped"
                turn.failed += [name] if outcome == "failed" else []
    return turn


def behind(names: list[str], last: str) -> list[int]:
    """The places of all, from the one behind `last` on and round to it."""
    first = names.index(last) + 1 if last in names else 0
    return [*range(first, len(names)), *range(first)]


def _write(row: dict[str, object]) -> None:
    if FILE in os.environ:
        with Path(os.environ[FILE]).open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")


_BEGAN: Final = time.monotonic()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where the last turn was ended this one goes on."""
    items[:] = [items[place] for place in behind([item.nodeid for item in items], os.environ.get(BEHIND, ""))]


def pytest_runtest_logstart(nodeid: str) -> None:
    """Noted before it does anything."""
    _write({"began": nodeid})


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Of its fixtures too."""
    _write({"outcome": report.outcome})


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterable[None]:
    """The test, and after it the look at the clock."""
    result = yield
    _write({"ended": item.nodeid})
    if time.monotonic() - _BEGAN > float(os.environ.get(TURN_S, "inf")):
        item.session.shouldstop = "the turn is over"
    return result
