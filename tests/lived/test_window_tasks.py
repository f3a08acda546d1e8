"""Every task of the coordinator's window on the study that has lived: it ends, says what it did, the record holds."""

from __future__ import annotations

import queue
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from storage.audit.verification import audit
from storage.study.coordinator import CoordinatorStudy
from storage.vault import vault_passphrase
from tests.builders.lived.story import Lived
from workstation.app.coordinating import kept_safe
from workstation.app.window_tasks import TASKS
from workstation.managing import commands as c
from workstation.managing.session import ManagingSession
from workstation.managing.state import Notice, Tone

BY_ID = {task.id: task for task in TASKS}


class Tried(NamedTuple):
    """A run: names in braces are places and cases of the story. tone: how it ends; changes: it needs its own study."""

    task: str
    given: dict[str, str]
    says: str
    tone: Tone = Tone.DONE
    changes: bool = False


WHY = {"why": "asked by the monitor"}
TRIED = (
    Tried("study.enrolments", {}, "Nothing was changed: 12 people"),
    Tried("study.enrolments", {"rule": "consecutive"}, "Give the reason for the change: “Why”", Tone.FAILED),
    Tried("study.enrolments", {"rule": "consecutive", **WHY}, "The enrolments were changed: 12 people", changes=True),
    Tried("study.enrolments", {"list": "person,visits\nS099,1\n", **WHY}, "line 2, column person", Tone.FAILED),
    Tried("study.enrolments", {"undo": "yes", **WHY}, "nothing to take back", Tone.FAILED),
    Tried("study.add_to_read", {"scans": "{scans}", **WHY}, "332 files seen", Tone.ATTENTION, changes=True),
    Tried("study.add_to_read", {"scans": "{scans}"}, "fill in “Why”", Tone.FAILED),
    Tried("study.pull", {}, "no server was asked for this study yet: name one with “Address”", Tone.FAILED),
    Tried("study.pull", {"address": "http://127.0.0.1:9/dicom-web"}, "can't be reached", Tone.FAILED),
    Tried("study.pull", {"address": "http://hospital.org"}, "in the clear", Tone.FAILED),
    Tried(
        "study.server_hand_over",
        {"out": "{out}", "only": "yes"},
        "Handed over to .* for AD",
        changes=True,
    ),
    Tried(
        "study.server_hand_over", {"out": "{out}", "url": "https://trial.example/x"}, "“Images apart, in”", Tone.FAILED
    ),
    Tried(
        "study.server_hand_over",
        {"out": "{out}", "address": "postgresql://c1@127.0.0.1:9/d"},
        "“Password” is empty",
        Tone.FAILED,
    ),
    Tried(
        "study.server_hand_over",
        {"out": "{out}", "only": "yes", "anyway": "yes", "who": "J. Smit", **WHY},
        "Handed over to .* for AD",
        changes=True,
    ),
    Tried("study.server_hand_over", {"out": "{out}", "only": "yes", "anyway": "yes"}, "fill in “Why”", Tone.FAILED),
    Tried("study.server_hand_over", {"out": "{out}", "only": "yes", **WHY}, "tick that, or leave", Tone.FAILED),
    Tried("study.server_put", {"copies": "{away}"}, "“Address” is empty", Tone.FAILED),
    Tried(
        "study.server_merge",
        {"address": "postgresql://c1@trial.example/d?sslmode=require"},
        "prove who it is",
        Tone.FAILED,
    ),
    Tried("study.move", {"address": "postgresql://127.0.0.1:9/d"}, "the server can't be reached", Tone.FAILED),
    Tried("study.move", {"address": "postgresql://trial.example/d?sslmode=require"}, "prove who it is", Tone.FAILED),
    Tried("study.move_back", {}, "nothing to bring back", Tone.FAILED),
    Tried("study.join", {"address": "postgresql://127.0.0.1:9/d"}, "trial holds a study already", Tone.FAILED),
    Tried(
        "study.join",
        {"address": "postgresql://127.0.0.1:9/d", "folder": "{out}"},
        "the server can't be reached",
        Tone.FAILED,
    ),
    Tried("study.upgrade", {}, "which this program writes: nothing to do.*Head: [0-9a-f]{{64}}"),
    Tried("study.merge", {"copies": "{away}"}, "Merged 1 copy.*86 answers", changes=True),
    Tried("study.merge", {"copies": "{home}\n{away}\n"}, "Merged 2 copies.*nothing new.*86 answers", changes=True),
    Tried("study.merge", {"copies": "{scans}"}, "scans", Tone.FAILED),
    Tried(
        "study.assign", {"reader": "DD", "share": "1/2", "show": "yes", "seed": "5"}, "Nothing was given. DD would get"
    ),
    Tried("study.assign", {"reader": "DD", "subjects": "S002,S003"}, "DD was given 2 cases and has 2", changes=True),
    Tried("study.assign", {"reader": "DD", "subjects": "S099"}, "“Only these subjects”: 'S099' is no", Tone.FAILED),
    Tried("study.scheme", {"scheme": "sharp-vdh", **WHY}, "Added sharp-vdh", changes=True),
    Tried("study.scheme", {"scheme": "ramris-wrist", **WHY}, "this study has one of that name", Tone.FAILED),
    Tried("study.scheme", {"scheme": "ramris-jsn", "remove": "yes", **WHY}, "was not added", Tone.FAILED),
    Tried("study.scheme", dict(WHY), "Choose a scheme of the program", Tone.FAILED),
    Tried("study.take_back", {"reader": "CO", **WHY}, "unread cases.*They are of S0", changes=True),
    Tried("study.take_back", {"reader": "CO", "undo": "yes", **WHY}, "Nothing that was taken back", Tone.FAILED),
    Tried("study.retire", {"reader": "CO", **WHY}, "CO is retired.*unread cases.*They are of S0", changes=True),
    Tried("study.retire", {"reader": "CO", "undo": "yes", **WHY}, "CO isn't retired", Tone.FAILED),
    Tried("study.rename_reader", {"reader": "CO", "name": "C1", **WHY}, "CO is called C1 from now on", changes=True),
    Tried("study.rename_reader", {"reader": "CO", **WHY}, "Give “New name”, or tick", Tone.FAILED),
    Tried(
        "study.assign",
        {"reader": "DD", "anyway": "yes", "who": "J. Smit", **WHY},
        r"DD was given (\d+) cases and has \1\n",
        changes=True,
    ),
    Tried("study.assign", {"reader": "DD", "anyway": "yes"}, "fill in “Why”", Tone.FAILED),
    Tried("study.reopen", {"case": "{signed}", **WHY}, "{signed} is open again", changes=True),
    Tried("study.reopen", {"case": "{unsigned}", **WHY}, "not signed", Tone.FAILED),
    Tried("study.disagreements", {"readers": "AD,BE", **WHY}, "differ.*AD 3, BE 0", Tone.ATTENTION, changes=True),
    Tried("study.disagreements", {"readers": "AD,BE"}, "give the reason: “Why, while cases are read”", Tone.FAILED),
    Tried("study.disagreements", {"readers": "AD"}, "name two", Tone.FAILED),
    Tried("study.adjudicate", {"reader": "CO", "readers": "AD,BE"}, "CO has 9 cases to settle", changes=True),
    Tried("study.adjudicate", {"reader": "CO", "readers": "AD,BE", "only": "S099"}, "S099: not read", Tone.FAILED),
    Tried("study.adjudicate", {"reader": "CO", "only": "S001"}, "“Only these cases” needs", Tone.FAILED),
    Tried("study.final", {}, "give the reason: “Why, while cases are read”", Tone.FAILED),
    Tried("study.final", WHY, "wait for a third.*AD: 9 cases compared", Tone.ATTENTION, changes=True),
    Tried("study.design", {}, "The design of the study.*AD"),
    Tried("study.design", {"key": "reread_n", "value": "2", **WHY}, "was changed", changes=True),
    Tried("study.design", {"key": "reread_n", "value": "2"}, "reason", Tone.FAILED),
    Tried("study.lock", {}, "Also if readings lack answers or signatures", Tone.FAILED),
    Tried("study.lock", {"incomplete": "yes", **WHY}, "Locked: .*lack answers", changes=True),
    Tried("study.unlock", WHY, "isn't locked", Tone.FAILED),
    Tried("study.reset_passphrase", {"reader": "CO", **WHY}, "CO has no passphrase now", changes=True),
    Tried("study.passphrase", {"new": "nine herons", "again": "nine herons"}, "Nobody was named to act", Tone.FAILED),
    Tried("study.audit", {}, "The record is intact.*answers.*Head: [0-9a-f]{{64}}.*are those that were imported"),
    Tried("study.audit", {"head": "0" * 64, "quick": "yes"}, "never went through that head", Tone.FAILED),
    Tried("study.export", {"out": "{out}", "wide": "yes", "xlsx": "yes"}, "isn't locked.*xlsx", Tone.ATTENTION),
    Tried("study.export", {"out": "{out}", **WHY}, "identities.csv", Tone.ATTENTION, changes=True),
    Tried("study.export", {"out": "{scans}"}, "which no export wrote", Tone.FAILED),
    Tried("study.report", {"out": "{out}.html", **WHY}, "The report is in", changes=True),
    Tried("study.report", {"out": "{out}.html"}, "give the reason: “Why, while cases are read”", Tone.FAILED),
    Tried("study.analyse", {"exports": "{scans}", "clinical": "{scans}/x.csv", "out": "{out}"}, "", Tone.FAILED),
    Tried("study.trail", {"out": "{out}"}, "verify_trail.py.*Head: "),
    Tried("study.people", {"person": "AD", "name": "A. Aas", "role": "reader", **WHY}, "AD  A. Aas", changes=True),
    Tried("study.calibration", {"reader": "AD"}, "This study is no calibration", Tone.FAILED),
    Tried("study.charter", {"out": "{out}.pdf"}, "The charter is in .*Design: "),
    Tried("study.outlines", {"out": "{out}"}, "Nothing was outlined in the signed readings", Tone.FAILED),
    Tried("study.results", {"out": "{out}"}, "Nothing can leave yet: repeats wait for the lock", Tone.FAILED),
    Tried("study.results", {"out": "{out}", "way": "archive"}, "give the reason, for the record", Tone.FAILED),
    Tried("study.results", {"out": "{trial}/out"}, "not inside the study folder", Tone.FAILED),
    Tried("study.sheets", {"out": "{out}", "reader": "AD"}, "read sheets in .*{reread_signed}.pdf"),
    Tried("study.log", {"out": "{out}.csv"}, "lines is in"),
    Tried("study.log", {"out": "{out}.html"}, "lines is in"),
    Tried("study.backup", {}, "backup"),
    Tried("study.restore", {"name": "study-x.db"}, "study-x.db", Tone.FAILED),
    Tried("study.restore", {}, "Restored study-.*; nothing was lost", changes=True),
    Tried("study.salvage", {"out": "{out}"}, "were brought over"),
    Tried("study.keep_vault", {"folder": "{out}"}, "Kept"),
    Tried("study.restore_vault", {}, "vault.db is now", changes=True),
    Tried("study.adopt_vault", WHY, "nothing to take as it is", Tone.FAILED),
    Tried("study.reveal", WHY, "Who is who.*Quillon", changes=True),
    Tried("study.reveal", {"out": "{out}.csv", **WHY}, "only this account can read it", changes=True),
    Tried("study.lock_vault", {"new": "a long passphrase", "again": "another one"}, "differ", Tone.FAILED),
    Tried(
        "study.lock_vault",
        {"new": "a long passphrase", "again": "a long passphrase"},
        "Nobody can recover it",
        changes=True,
    ),
    Tried("study.unlock_vault", {"now": "whatever it is"}, "has no passphrase", Tone.FAILED),
)


class Desk:
    """A session whose thread is the test's."""

    def __init__(self, folder: Path) -> None:
        self._posted: queue.Queue[Callable[[], None]] = queue.Queue()
        self.session = ManagingSession(
            folder,
            lambda: CoordinatorStudy.open(folder),
            lambda _new: None,
            self._posted.put,
            lambda study: kept_safe(folder, study.token),
            tasks=TASKS,
        )
        self.session.start()
        self._until(lambda: self.session.state.findings is not None)

    def does(self, task: str, given: dict[str, str]) -> Notice:
        """What is told when a task has ended."""
        self.session.dispatch(c.RunTask(BY_ID[task], given))
        self._until(lambda: self.session.state.work is None)
        notice = self.session.state.notice
        assert notice is not None
        return notice

    def _until(self, condition: Callable[[], bool], seconds: float = 120) -> None:
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, self.session.state
            try:
                self._posted.get(timeout=0.5)()
            except queue.Empty:
                continue


# pages are printed by Qt: an application that isn't the tests' own would end those that come later
pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture(autouse=True)
def _own_copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("RAMRIS_VAULT_COPIES", str(tmp_path / "vaults"))
    # whoever answers for one test answers for no other
    before = vault_passphrase.ask.get()
    yield
    vault_passphrase.ask.set(before)


@pytest.fixture(scope="module")
def shared(lived_once: Lived, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, Lived]]:
    """One study for all that changes nothing in it."""
    lived = lived_once.copied(tmp_path_factory.mktemp("shared") / "year")
    desk = Desk(lived.trial)
    yield desk, lived
    desk.session.shutdown()


def _tried(tried: Tried, desk: Desk, lived: Lived, out: Path) -> None:
    names = (
        {name: str(lived.root / name) for name in ("trial", "home", "away", "scans")} | lived.cases | {"out": str(out)}
    )

    notice = desk.does(tried.task, {name: text.format(**names) for name, text in tried.given.items()})

    said = "\n".join((notice.text, *notice.details))
    assert notice.tone is tried.tone, said
    assert re.search(tried.says.format(**names), said, re.DOTALL), said
    assert "inside the program" not in said
    assert not re.search(r"\bramris [a-z]|--[a-z]", said), f"it sends to the terminal: {said}"


def _named(tried: list[Tried]) -> list[str]:
    return [f"{number} {item.task}" for number, item in enumerate(tried)]


CHANGING, OTHERS = ([item for item in TRIED if item.changes is changes] for changes in (True, False))


@pytest.mark.parametrize("tried", OTHERS, ids=_named(OTHERS))
def test_a_task_that_changes_nothing_ends_and_says_what_it_did(
    tried: Tried, shared: tuple[Desk, Lived], tmp_path: Path
) -> None:
    desk, lived = shared
    before = audit(lived.trial).head
    _tried(tried, desk, lived, tmp_path / "out")
    assert audit(lived.trial).head == before


@pytest.mark.parametrize("tried", CHANGING, ids=_named(CHANGING))
def test_a_task_that_changes_the_study_ends_and_leaves_a_record_that_holds(
    tried: Tried, lived: Lived, tmp_path: Path
) -> None:
    desk = Desk(lived.trial)
    # as the window's own dialog does where a vault has got one
    vault_passphrase.ask.set(lambda: "a long passphrase")
    if tried.task == "study.restore_vault":
        # whatever is done is followed by a copy of the vault
        desk.does("study.backup", {})
    _tried(tried, desk, lived, tmp_path / "out")
    desk.session.shutdown()
    assert audit(lived.trial).events >= 2000


@pytest.mark.parametrize("typed", ["\u202e\0", "x" * 5000, "-1", "'; --", "../.."], ids=ascii)
def test_whatever_is_typed_ends_in_a_line_and_not_in_a_fault(
    typed: str, lived: Lived, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # a relative path is one of the things that can be typed
    (tmp_path / "here" / "below" / "it").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "here" / "below" / "it")
    desk = Desk(lived.trial)
    vault_passphrase.ask.set(lambda: "a long passphrase")
    for task in TASKS:
        notice = desk.does(task.id, {field.name: typed for field in task.fields})
        assert "inside the program" not in notice.text, (task.id, notice)
        assert "\n" not in notice.text, task.id
    desk.session.shutdown()
    assert audit(lived.trial).events >= 2000


def test_every_task_is_tried() -> None:
    assert {tried.task for tried in TRIED} == set(BY_ID)


def test_a_study_that_is_damaged_can_be_restored_in_the_window(lived: Lived) -> None:
    file = lived.trial / "study.db"
    file.write_bytes(b"not a database" * 1000)
    posted: queue.Queue[Callable[[], None]] = queue.Queue()
    session = ManagingSession(
        lived.trial,
        lambda: CoordinatorStudy.open(lived.trial),
        lambda _new: None,
        posted.put,
        tasks=TASKS,
    )
    session.start()
    assert session.study is None
    assert session.state.notice is not None
    session.dispatch(c.RunTask(BY_ID["study.restore"], {"why": "the file was overwritten"}))
    while session.study is None:
        posted.get(timeout=60)()
    session.shutdown()
    assert audit(lived.trial).events > 0


def test_identities_under_a_passphrase_are_audited_by_the_window_that_has_them_open(lived: Lived) -> None:
    with CoordinatorStudy.open(lived.trial) as study:
        study.lock_vault("a long passphrase")
    before = vault_passphrase.ask.set(lambda: "a long passphrase")
    desk = Desk(lived.trial)
    # who works for the window can't ask: no dialog may open beside its thread
    vault_passphrase.ask.reset(before)

    notice = desk.does("study.audit", {"quick": "yes"})

    assert any(line.startswith("The vault is as the program left it") for line in notice.details), notice.details
    desk.session.shutdown()
