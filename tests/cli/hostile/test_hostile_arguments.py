"""Hostile arguments: whatever a command is given, it ends in one plain line, writes nothing if it refused, never hangs.

RAMRIS_HOSTILE_ARGUMENTS (values tried for each argument; 0: all) and RAMRIS_HOSTILE_SEED give more of them.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import signal
import sys
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO, TextIOWrapper
from pathlib import Path
from types import FrameType

import click
import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from storage.study.coordinator import CoordinatorStudy
from tests.builders.hostile import paths as hostile
from tests.builders.hostile.databases import a_whole_study
from workstation.app import rooms
from workstation.cli import main
from workstation.cli.shared import DONE, FINDINGS, REFUSED, cli

VALUES = int(os.environ.get("RAMRIS_HOSTILE_ARGUMENTS", "1"))
SEED = int(os.environ.get("RAMRIS_HOSTILE_SEED", "20261129"))
SECONDS = 30
LONGEST_LINE = 700
# what an argument of that name is given where another one is the hostile one
ORDINARY = {
    "directory": "{trial}",
    "reader": "ES",
    "readers": "ES,MO",
    "why": "asked",
    "who": "J. Smit",
    "case": "{case}",
    "cases": "{case}",
    "out": "{out}",
    "paths": "{scans}",
    "exports": "{scans}",
    "clinical": "{scans}/none.csv",
    "folder": "{scans}",
    "others": "{copy}",
    "series": "AAAA",
    "regions": "0,0,2,2",
    "kind": "T1",
    "what": "finding:AAAAAAAA",
    "answer": "accept",
    "whose": "S001",
    "png": "{out}.png",
    "page": "{out}.pdf",
    "subjects": "S001",
    "n": "1",
    "r": "0.4",
    "null": "0.6",
    "expected": "0.8",
    "width": "0.2",
    "margin": "1",
    "sd": "2",
    "minutes": "5",
    "seed": "3",
    "setting": "reread_n=1",
    "unit": "pair",
    "table": "{table}",
    # a server that isn't there, so that what is given beside its address is looked at
    "address": "postgresql://reader@127.0.0.1:1/record?sslmode=require",
}
# by command, where the same name means something else
OWN = {("phantom", "subjects"): "1", ("phantom", "size"): "16"}
# no window is opened
OWN |= {(name, "png"): "{out}.png" for name in ("manage", "read", "open", "demo")}
OWN |= {("study pull", "address"): "http://127.0.0.1:1", ("study scheme add", "given"): "ramris-hand"}
OWN |= {("numbers", "figure"): "differences", ("numbers", "out"): "{out}.csv"}
# given beside the argument that is tried, without which it would not be looked at
BESIDE = {
    ("agreement", "against"): ("--table", "{table}"),
    ("agreement", "scale"): ("--table", "{table}"),
    ("agreement", "bootstrap"): ("--table", "{table}"),
    ("agreement", "seed"): ("--table", "{table}", "--bootstrap", "10"),
    ("study take-back", "file"): ("--why", "asked"),
    ("study enrolments", "rule"): ("--why", "asked"),
    ("study enrolments", "file"): ("--why", "asked"),
    ("study design", "setting"): ("--why", "asked"),
    ("study merge", "why"): ("--other-images",),
    ("study queries", "why"): ("--resolve", "{case}"),
    ("study reopen", "case"): ("--why", "asked"),
    ("study assign", "who"): ("--anyway", "--why", "asked"),
    ("study assign", "why"): ("--anyway",),
    ("study hand-over", "who"): ("--anyway", "--why", "asked"),
    ("study hand-over", "why"): ("--anyway",),
    ("study add", "why"): ("--add-to-read",),
    ("study people", "name"): ("--set", "me", "--role", "reader", "--why", "asked"),
    ("study people", "role"): ("--set", "me", "--name", "me", "--why", "asked"),
    ("study people", "trained"): ("--set", "me", "--name", "me", "--role", "reader", "--why", "asked"),
    ("study people", "since"): ("--set", "me", "--name", "me", "--role", "reader", "--why", "asked"),
    ("study people", "until"): ("--set", "me", "--name", "me", "--role", "reader", "--why", "asked"),
    ("study passphrase", "why"): ("--person", "me"),
    ("server login", "role"): ("--reader", "ES"),
    ("calibrate", "seed"): ("--make", "2"),
    ("calibrate", "difficulty"): ("--make", "2"),
    ("study lock", "why"): ("--incomplete",),
    ("study release", "who"): ("--all", "--why", "asked"),
    ("study release", "why"): ("--all",),
    ("export", "why"): ("--with-identities",),
    ("trail", "why"): ("--with-identities",),
    ("reread", "unit"): ("--n", "1"),
    ("reread", "after_days"): ("--n", "1"),
    ("reread", "seed"): ("--n", "1"),
}


class Hung(BaseException):
    """No exception of the program may hide it."""


def _commands(group: click.Group, before: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from _commands(command, (*before, name))
        elif command is not None:
            yield " ".join((*before, name)), command


COMMANDS = dict(_commands(cli))


@contextmanager
def _time_limit() -> Iterator[None]:
    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise Hung

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _waited_in() -> int:
    raise Hung


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A study and one of its cases."""
    folder, case = a_whole_study(tmp_path_factory.mktemp("whole") / "trial")
    with CoordinatorStudy.open(folder) as study:
        study.assign("MO", seed=2)
    return folder, case


@pytest.fixture(autouse=True)
def _here_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAMRIS_CONFIG", str(tmp_path / "settings"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    # a window that is waited in can't be ended by a signal
    monkeypatch.setattr(QApplication, "exec", _waited_in)
    # what becomes another process ends here
    monkeypatch.setattr(rooms, "start_afresh", lambda _arguments, _where: DONE)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")


def _values(param: click.Parameter, places: dict[str, str]) -> tuple[str, ...]:
    match param.type:
        case click.types.Path():
            return tuple(places.values())
        case click.types.IntParamType() | click.types.FloatParamType():
            return hostile.NUMBERS
        case click.types.Choice():
            return hostile.CHOICES
    return hostile.WORDS


def _ordinary(name: str, param: click.Parameter) -> str:
    return OWN.get((name, param.name or ""), ORDINARY.get(param.name or "", "x"))


def _given(name: str, tried: click.Parameter, value: str, names: dict[str, str]) -> list[str]:
    """The command with what it needs, `tried` being `value`."""
    words, last = name.split(), []
    for param in COMMANDS[name].params:
        if param is not tried and not param.required and (name, param.name) not in OWN:
            continue
        ordinary = _ordinary(name, param).format(**names)
        if isinstance(param, click.Argument):
            last += [ordinary if param is not tried else value]
            # the same thing named twice, where a command takes several
            last += [value] if param is tried and param.nargs == -1 else []
        elif not (isinstance(param, click.Option) and param.is_flag):
            words += [param.opts[0], *([value if param is tried else ordinary] * param.nargs)]
    beside = [word.format(**names) for word in BESIDE.get((name, tried.name or ""), ())]
    words += [] if set(beside) & set(words) else beside
    # a word that begins with a dash is an argument after the two dashes alone
    return [*words, "--", *last]


def _digest(study: Path) -> dict[str, str]:
    """Of each file of the study; without locks, and without backups, which may be made whatever comes of a command."""
    files = (file for file in study.rglob("*") if file.is_file() and "backups" not in file.parts)
    return {
        str(file.relative_to(study)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(files)
        if file.suffix not in {".lock", ".db-journal"}
    }


def _odd(text: str) -> bool:
    return any(unicodedata.category(sign) in {"Cc", "Cf", "Cs"} for sign in text.replace("\n", ""))


@pytest.mark.parametrize("name", COMMANDS)
def test_a_hostile_argument_ends_in_one_line_and_changes_nothing_if_it_is_refused(
    name: str, whole: tuple[Path, str], tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    folder, case = whole
    places = hostile.made(tmp_path / "odd")
    (tmp_path / "scans").mkdir()
    (tmp_path / "table.csv").write_text("a,b\n1,2\n2,3\n4,4\n", encoding="utf-8")
    trial, faults = tmp_path / "trial", []
    names = {"copy": str(folder), "case": case, "trial": str(trial), "scans": str(tmp_path / "scans")}
    names |= {"table": str(tmp_path / "table.csv"), "out": str(tmp_path / "out")}

    for tried, value in _chosen(name, places):
        if not trial.exists():
            shutil.copytree(folder, trial)
        before, given = _digest(trial), _given(name, tried, value, names)
        status, said = _run(given, capsys, monkeypatch)
        _no_windows_left()
        after = _digest(trial)
        changed = sorted(name for name, _ in before.items() ^ after.items())
        why = _wrong(status, said, changed)
        if why:
            faults.append((why, tried.name, value[-60:], said[-300:], changed))
        if changed or status == DONE:
            shutil.rmtree(trial, ignore_errors=True)
            _clear(tmp_path)

    assert not faults, "\n".join(map(ascii, faults))


def _chosen(name: str, places: dict[str, str]) -> Iterator[tuple[click.Parameter, str]]:
    dice = random.Random(f"{SEED} {name}")
    for param in COMMANDS[name].params:
        if isinstance(param, click.Option) and param.is_flag:
            continue
        values = _values(param, places)
        for value in dice.sample(values, VALUES) if 0 < VALUES < len(values) else values:
            yield param, value


def _run(given: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> tuple[object, str]:
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(b""), encoding="utf-8"))
    capsys.readouterr()
    status: object
    try:
        with _time_limit():
            status = main(given)
    except Hung:
        status = "it hung"
    except BaseException as error:  # noqa: BLE001 - that is what is looked for
        status = f"{type(error).__name__} came out of it"
    return status, capsys.readouterr().err


def _wrong(status: object, said: str, changed: list[str]) -> str:
    # that what was typed may name somebody is told whatever comes of it
    lines = [line for line in said.splitlines() if "the reason contains" not in line]
    if status not in {DONE, FINDINGS, REFUSED}:
        return str(status)
    wrong: dict[str, Callable[[], bool]] = {
        "a fault": lambda: "of the program itself" in said or "Traceback" in said,
        "it was refused and the study was changed": lambda: status == REFUSED and bool(changed),
        "no line": lambda: status == REFUSED and not lines,
        "several lines": lambda: status == REFUSED and len(lines) > 1,
        "not its line": lambda: status == REFUSED and not all(line.startswith("ramris: ") for line in lines),
        "a long line": lambda: any(len(line) > LONGEST_LINE for line in lines),
        "signs that a terminal obeys": lambda: _odd(said),
    }
    return next((why for why, found in wrong.items() if found()), "")


def _no_windows_left() -> None:
    """Each one that stays would be styled again with the next."""
    for window in QApplication.topLevelWidgets() if QApplication.instance() else []:
        window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _clear(tmp_path: Path) -> None:
    for left in tmp_path.glob("out*"):
        shutil.rmtree(left) if left.is_dir() else left.unlink()
