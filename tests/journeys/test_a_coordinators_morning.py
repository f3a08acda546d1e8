"""A coordinator's morning in a real window: make a study, bring scans in, look, choose, assign. By keyboard alone."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.study.coordinator import CoordinatorStudy
from tests.builders.burned_text import a_named_series
from tests.builders.dicom_files import a_visit
from tests.journeys.conftest import ROOT, Screen, until

pytestmark = pytest.mark.xserver


@pytest.fixture
def managing(screen: Screen, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "workstation", "manage", str(tmp_path / "trial")]
    process = subprocess.Popen(command, cwd=ROOT, env=screen.environment)
    yield process
    if process.poll() is None:
        process.kill()
    process.wait(10)


def _dialog(screen: Screen, name: str) -> None:
    """Wait for a window of that name, and give it the keyboard."""
    found: list[str] = []

    def focused() -> bool:
        found[:] = screen.xdotool("search", "--onlyvisible", "--name", name).split()
        if not found:
            return False
        screen.xdotool("windowfocus", found[0])
        return screen.xdotool("getwindowfocus") == found[0]

    until(focused, f"the window {name}")


def _ask(screen: Screen, key: str, name: str) -> None:
    """Press a key until its dialog is there: while the study is read or scans are added it does nothing."""

    def shown() -> bool:
        screen.press(key)
        return bool(screen.xdotool("search", "--onlyvisible", "--name", name))

    until(shown, f"the window {name}")
    _dialog(screen, name)


def test_a_study_is_made_filled_looked_at_and_assigned_without_a_mouse(
    managing: subprocess.Popen[bytes], screen: Screen, tmp_path: Path
) -> None:
    scans, trial = tmp_path / "scans", tmp_path / "trial"
    a_visit(scans / "a1", "1.2.3", StudyDate="20240105")
    a_visit(scans / "a2", "1.2.4", StudyDate="20250105")
    # after the others: earlier than the T1 of its place it would make a question of that too, and two would ask
    last = {"FrameOfReferenceUID": "1.2.3.99", "AcquisitionTime": "181500"}
    a_named_series(scans / "a1", "1.2.3.50", StudyInstanceUID="1.2.3", **last)

    screen.window()
    screen.press("space")
    until((trial / "study.db").exists, "a study")

    def series() -> dict[str, str]:
        with CoordinatorStudy.open(trial) as study:
            return {item.code: item.kind for subject in study.subjects() for v in subject.visits for item in v.series}

    def held() -> int:
        with CoordinatorStudy.open(trial) as study:
            return len(study.vault.choices.held())

    _ask(screen, "ctrl+o", "Add a folder of scans")
    screen.xdotool("key", "ctrl+a")
    screen.xdotool("type", "--delay", "5", str(scans))
    screen.press("Return")
    until(lambda: len(series()) == 14 and held() == 1, "fourteen series in the study, and one that waits")

    screen.window()
    # the one series that asks is looked at already
    _ask(screen, "x", "^Refuse series")
    screen.press("ctrl+a")
    screen.xdotool("type", "--delay", "5", "a name")
    screen.press("Tab")
    screen.xdotool("type", "--delay", "5", "J. Smit")
    screen.press("Return")

    def refused() -> list[tuple[str, str, str]]:
        with CoordinatorStudy.open(trial) as study:
            return [(item.answer, item.who, item.why) for item in study.vault.choices.log()]

    until(lambda: refused() == [("refuse", "J. Smit", "a name")], "a refusal in the vault")

    screen.window()
    _ask(screen, "ctrl+r", "Assign to a reader")
    screen.xdotool("type", "--delay", "5", "ES")
    screen.press("Return")

    def assigned() -> bool:
        with CoordinatorStudy.open(trial) as study:
            return [item.reader for item in study.overview().readers] == ["ES"]

    until(assigned, "a worklist")
    screen.window()
    screen.press("ctrl+q")
    assert managing.wait(20) == 0
    shutil.rmtree(scans)
