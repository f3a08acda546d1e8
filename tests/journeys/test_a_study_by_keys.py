"""A study in the coordinator's window by keys alone: from an empty folder under a passphrase to its analysis."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from storage.audit.verification import audit
from storage.study.reader import ReaderStudy
from tests.builders.dicom_files import a_visit
from tests.builders.editions import sign
from tests.builders.studies import read_whole
from tests.journeys.conftest import ROOT, Screen, until
from workstation.app.window_tasks import TASKS
from workstation.managing.study_tasks import Asked, StudyTask

pytestmark = [pytest.mark.xserver, pytest.mark.timeout(600)]
PASSPHRASE = "two wrists and a half"  # noqa: S105 - of a study that is nobody's
TRIES, QUICK_MS = 4, 4
WITH_A_BUTTON = {Asked.FOLDER, Asked.NEW_FOLDER, Asked.FILE, Asked.NEW_FILE, Asked.FOLDERS}
BY_ID = {task.id: task for task in TASKS}


@pytest.fixture
def managing(screen: Screen, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    environment = screen.environment | {"RAMRIS_VAULT_COPIES": str(tmp_path / "vaults")}
    command = [sys.executable, "-m", "workstation", "manage", str(tmp_path / "trial")]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    yield process
    if process.poll() is None:
        process.kill()
    process.wait(10)


class Desk:
    """Keys of the coordinator, and what they came to on disk."""

    def __init__(self, screen: Screen, trial: Path) -> None:
        self.screen, self.trial = screen, trial
        self.between_ms = QUICK_MS

    def type(self, text: str) -> None:
        self.screen.xdotool("type", "--delay", str(self.between_ms), text)

    def dialog(self, name: str, key: str = "") -> None:
        """Wait for a window of that name, pressing the key that opens it, and give it the keyboard."""
        found: list[str] = []

        def focused() -> bool:
            found[:] = self.screen.xdotool("search", "--onlyvisible", "--name", name).split()
            if not found:
                if key:
                    self.screen.press(key)
                    # a busy window would take it again and again later
                    time.sleep(0.5)
                return False
            self.screen.xdotool("windowfocus", found[0])
            return self.screen.xdotool("getwindowfocus") == found[0]

        until(focused, f"the window {name}")

    def asked(self, query: str) -> int:
        """What a query of study.db counts."""
        with closing(sqlite3.connect(f"file:{self.trial / 'study.db'}?mode=ro", uri=True)) as plain:
            found: int = plain.execute(query).fetchone()[0]
            return found

    def acts(self, kind: str) -> int:
        """How many acts of a kind the record has."""
        return self.asked(f"SELECT count(*) FROM act WHERE kind = '{kind}'")  # noqa: S608 - ours

    def _asked_for(self, done: Callable[[], bool]) -> bool:
        """While what ran before is being kept safe, Return does nothing: pressed again until it does."""
        if not done():
            self.screen.press("Return")
            return self._within(1.5, done)
        return True

    def _closed(self) -> bool:
        if self.screen.xdotool("search", "--onlyvisible", "--name", "^Tasks of"):
            self.screen.press("Escape")
            time.sleep(0.5)
        return not self.screen.xdotool("search", "--onlyvisible", "--name", "^Tasks of")

    def does(self, task_id: str, given: dict[str, str], done: Callable[[], bool]) -> None:
        """Ctrl+K, the task's title, Tab through its fields, Return; closed by Escape once it is done.

        Without a window manager a key can get lost while the window behind the dialog changes: then all of it again,
        slower, and waiting for longer.
        """
        task = BY_ID[task_id]
        for number in range(TRIES):
            self.between_ms = QUICK_MS * 4**number
            self._fill(task, given)
            came = self._comes_to(done, 15 * 2**number)
            self.between_ms = QUICK_MS
            until(self._closed, "the dialog to close")
            if came:
                return
        pytest.fail(f"{task.title}: not done in {TRIES} tries")

    def _within(self, seconds: float, done: Callable[[], bool]) -> bool:
        end = time.monotonic() + seconds
        while not done():
            if time.monotonic() > end:
                return False
            time.sleep(0.2)
        return True

    def _comes_to(self, done: Callable[[], bool], seconds: float) -> bool:
        end = time.monotonic() + seconds
        while not self._asked_for(done):
            if time.monotonic() > end:
                return False
        return True

    def _fill(self, task: StudyTask, given: dict[str, str]) -> None:
        self.screen.window()
        self.dialog("^Tasks of", "ctrl+k")
        self.type(task.title)
        self.screen.press("Tab")
        for field in task.fields:
            self._pause()
            self.screen.press("Tab")
            text = given.get(field.name, "")
            if field.asked is Asked.YES:
                self.screen.press(*(["space"] if text else []))
            elif field.asked is Asked.CHOICE:
                self.screen.press(*["Down"] * int(text or 0))
            elif text:
                # what a try before left there goes
                self.screen.press("ctrl+a")
                self.type(text)
            if field.asked in WITH_A_BUTTON:
                self.screen.press("Tab")
        self.screen.press("Tab")

    def _pause(self) -> None:
        """Nothing at first; after a key was lost, long enough for a window to be drawn anew."""
        time.sleep((self.between_ms - QUICK_MS) / 50)

    def says(self, task_id: str, given: dict[str, str], words: str) -> None:
        """Do it, and find the words in what came of it, which keys take out of the dialog."""
        for _ in range(3):
            self._fill(BY_ID[task_id], given)
            self.screen.press("Return")
            said = self._within(20, lambda: words in self._copied())
            until(self._closed, "the dialog to close")
            if said:
                return
        pytest.fail(f"{task_id} never said {words}")

    def _copied(self) -> str:
        """The text of whatever the next Tab comes to."""
        self.screen.press("Tab", "ctrl+a", "ctrl+c")
        done = subprocess.run(
            [sys.executable, "-c", _CLIPBOARD],
            env=self.screen.environment,
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
        )
        return done.stdout

    def opens(self) -> None:
        """Type the passphrase at the question for it."""
        self.dialog("^Passphrase of the vault")
        self.type(PASSPHRASE)
        self.screen.press("Return")
        until(
            lambda: not self.screen.xdotool("search", "--onlyvisible", "--name", "^Passphrase of the vault"),
            "the answer",
        )

    def exchanges(self, task_id: str, given: dict[str, str], done: Callable[[], bool]) -> None:
        """As `does`, for what lets go of the study meanwhile: the passphrase is asked for when it is opened again."""
        for _ in range(3):
            self._fill(BY_ID[task_id], given)
            # once: at the question for the passphrase it would be an empty answer
            self.screen.press("Return")
            if self._within(20, done):
                break
            until(self._closed, "the dialog to close")
        self.dialog("^Passphrase of the vault")

    def adds(self, folder: Path) -> None:
        """Ctrl+O and a folder. The dialog completes what is typed, and on a busy machine spoils it: then once more."""
        for _ in range(4):
            self.dialog("Add a folder of scans", "ctrl+o")
            time.sleep(1)
            self.screen.press("ctrl+a")
            self.type(str(folder))
            self.screen.press("Return")
            if self._within(15, (self.trial / "import.lock").exists):
                return
            self.screen.press("Escape", "Escape", "Escape")
            self.screen.window()

    def hands_over(self, out: Path) -> None:
        """Ctrl+E, who looks, and Space until every border was seen; then Ctrl+H and a new folder."""
        self.screen.window()
        self.dialog("^Borders", "ctrl+e")
        self.type("J. Smit")
        self.screen.press("Return")
        for _ in range(12):
            self.screen.press("space")
            time.sleep(0.5)
        self.screen.press("Escape")
        self.screen.window()
        self.dialog("^Hand over to readers", "ctrl+h")
        self.screen.press("ctrl+a")
        self.type(str(out))
        self.screen.press("Return")
        until(lambda: any(out.glob("*/study.db")), "copies for readers", seconds=60)


def _sealed(vault: Path) -> bool:
    return vault.is_file() and not vault.read_bytes().startswith(b"SQLite format 3")


@pytest.fixture
def desk(managing: subprocess.Popen[bytes], screen: Screen, tmp_path: Path) -> Desk:
    """A study that was made under a passphrase and filled with three people, by keys."""
    assert managing.poll() is None
    scans, trial = tmp_path / "scans", tmp_path / "trial"
    for number in (1, 2, 3):
        for visit, day in ((1, "20240105"), (2, "20250105")):
            folder, root = scans / f"p{number}v{visit}", f"1.2.{number}{visit}"
            a_visit(folder, root, PatientID=f"P{number}", PatientName=f"N{number}", StudyDate=day)
    desk = Desk(screen, trial)
    screen.window()
    screen.press("shift+Tab", "shift+Tab")
    desk.type(PASSPHRASE)
    screen.press("Tab")
    desk.type(PASSPHRASE)
    screen.press("Return")
    until(lambda: _sealed(trial / "vault.db"), "a vault under a passphrase")
    # it was typed a moment ago, so nobody asks for it
    until((trial / "coordinator.lock").exists, "the study to be open")
    screen.window()
    desk.adds(scans)
    until(lambda: desk.asked("SELECT count(*) FROM series") == 42, "42 series", seconds=120)
    until(lambda: any((tmp_path / "vaults").rglob("*.db")), "the import's copy of the vault")
    return desk


def test_from_an_empty_folder_under_a_passphrase_to_the_analysis(
    desk: Desk, managing: subprocess.Popen[bytes], screen: Screen, tmp_path: Path
) -> None:
    trial = desk.trial
    given = "SELECT count(*) FROM reading_case WHERE reader = '{}'"
    desk.does("study.assign", {"reader": "R1"}, lambda: desk.asked(given.format("R1")) == 3)
    desk.does("study.assign", {"reader": "R22", "subjects": "S001,S002"}, lambda: desk.asked(given.format("R22")) == 2)
    desk.does(
        "study.rename_reader",
        {"reader": "R22", "name": "R2", "why": "a typing error"},
        lambda: desk.asked('SELECT count(*) FROM design WHERE content LIKE \'%["R22","R2"]%\'') > 0,
    )

    # read here and away
    desk.hands_over(tmp_path / "copies")
    copy = tmp_path / "copies" / "R2"
    for folder, reader, grades in ((trial, "R1", {}), (copy, "R2", {"2 ERO CAP": "4"})):
        with ReaderStudy.open(folder, reader) as door:
            cases = [item.case for item in door.worklist()]
        for case in cases:
            read_whole(folder, case, grades, reader)
            sign(folder, case, reader)
    desk.does("study.merge", {"copies": str(copy)}, lambda: desk.acts("merged") == 1)

    desk.says("study.disagreements", {"readers": "R1,R2"}, "S001")
    desk.does("study.adjudicate", {"reader": "R3", "readers": "R1,R2"}, lambda: desk.asked(given.format("R3")) == 2)
    desk.does("study.take_back", {"reader": "R3", "why": "settled by both"}, lambda: desk.acts("taken_back") == 1)
    with ReaderStudy.open(trial, "R1") as door:
        case = door.worklist()[0].case
    desk.does("study.reopen", {"case": case, "why": "a wrong key"}, lambda: desk.acts("reopened") == 1)
    sign(trial, case, "R1")
    desk.does("study.retire", {"reader": "R3", "why": "left"}, lambda: desk.asked(_LAST_DESIGN.format("R3")) == 1)
    with ReaderStudy.open(trial, "R1") as door:
        door.set_passphrase("one that R1 forgets")
    desk.does("study.reset_passphrase", {"reader": "R1", "why": "forgotten"}, lambda: desk.acts("passphrase") == 2)
    _is_changed_and_kept(desk, tmp_path)
    desk.does("study.lock", {}, lambda: desk.acts("locked") == 1)
    desk.does("study.unlock", {"why": "one more look"}, lambda: desk.acts("unlocked") == 1)
    desk.does("study.lock", {}, lambda: desk.acts("locked") == 2)
    desk.does("study.export", {"out": str(tmp_path / "export")}, (tmp_path / "export" / "totals.csv").exists)
    desk.does("study.trail", {"out": str(tmp_path / "trail")}, (tmp_path / "trail" / "trail.csv").exists)
    desk.does("study.charter", {"out": str(tmp_path / "charter.pdf")}, (tmp_path / "charter.pdf").exists)
    desk.does("study.sheets", {"out": str(tmp_path / "sheets")}, lambda: len([*tmp_path.glob("sheets/*.pdf")]) == 5)
    desk.does("study.log", {"out": str(tmp_path / "log.csv")}, (tmp_path / "log.csv").exists)
    desk.does("study.report", {"out": str(tmp_path / "report.html")}, (tmp_path / "report.html").exists)
    desk.does("study.salvage", {"out": str(tmp_path / "saved")}, (tmp_path / "saved" / "study.db").exists)
    desk.does("study.reveal", {"why": "emergency", "out": str(tmp_path / "who.csv")}, (tmp_path / "who.csv").exists)
    (tmp_path / "clinical.csv").write_text(_CLINICAL, encoding="utf-8")
    where = {
        "exports": str(tmp_path / "export"),
        "clinical": str(tmp_path / "clinical.csv"),
        "out": str(tmp_path / "an"),
    }
    desk.does("study.analyse", where, lambda: any((tmp_path / "an").glob("*.html")))

    desk.says("study.audit", {}, "The vault is as the program left it")
    _is_put_back(desk)

    screen.window()
    screen.press("ctrl+q")
    assert managing.wait(30) == 0
    assert audit(trial).events > 0


def _is_changed_and_kept(desk: Desk, tmp_path: Path) -> None:
    """A change of the design, and a copy of the vault elsewhere."""
    designs = desk.asked("SELECT count(*) FROM design")
    assert _PARTS is not None
    part = {"key": str([name for name, _ in _PARTS(desk.trial)].index("reread_n")), "value": "2"}
    told = part | {"why": "two are enough"}
    desk.does("study.design", told, lambda: desk.asked("SELECT count(*) FROM design") == designs + 1)
    (tmp_path / "elsewhere").mkdir()
    desk.does(
        "study.keep_vault", {"folder": str(tmp_path / "elsewhere")}, lambda: any((tmp_path / "elsewhere").iterdir())
    )


def _is_put_back(desk: Desk) -> None:
    """A backup of the answers, then a copy of who is who; after each the study is opened with the passphrase."""
    desk.exchanges("study.restore", {"why": "try"}, lambda: desk.acts("restored") == 1)
    # whoever leaves the question is told so, and F5 asks again
    desk.screen.press("Escape")
    until(desk._closed, "the dialog to close")
    desk.screen.window()
    desk.dialog("^Passphrase of the vault", "F5")
    desk.opens()
    desk.exchanges("study.restore_vault", {}, lambda: desk.acts("vault_restored") == 1)
    desk.opens()
    until(desk._closed, "the dialog to close")
    desk.says("study.reveal", {"why": "who is who"}, "N3")


_CLIPBOARD = "from PySide6.QtGui import QGuiApplication as Q; app = Q([]); print(Q.clipboard().text())"
_PARTS = next(field for field in BY_ID["study.design"].fields if field.name == "key").choices
_LAST_DESIGN = 'SELECT (SELECT content FROM design ORDER BY id DESC LIMIT 1) LIKE \'%"retired":["{}"]%\''
_CLINICAL = "subject_id,group\nS001,A\nS002,B\nS003,A\n"
