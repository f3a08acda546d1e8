"""A reader's evening in a real window: score a pair by keyboard, be interrupted, come back, hand the numbers over."""

import csv
import signal
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.journeys.conftest import Screen, ramris, until

pytestmark = pytest.mark.xserver

Opener = Callable[[], subprocess.Popen[bytes]]

# scoring-rules.md: sites a visit and highest grade, in reading order
FEATURES = {"SYN": (3, 3), "TEN": (10, 3), "OST": (15, 3), "ERO": (15, 10)}


def events(study: Path) -> int:
    """How many grades the record holds."""
    with sqlite3.connect(f"file:{study / 'study.db'}?mode=ro", uri=True) as connection:
        return int(connection.execute("SELECT count(*) FROM event").fetchone()[0])


def keys_for_a_pair() -> tuple[list[str], list[int]]:
    """A key and the grade that it means for each of the 86 answers, all grades of every scale among them."""
    keys, grades = [], []
    for sites, highest in FEATURES.values():
        for number in range(2 * sites):
            grade = (number * 7 + sites) % (highest + 1)
            keys.append("x" if grade == 10 else str(grade))
            grades.append(grade)
    return keys, grades


def exported(study: Path, out: Path) -> list[dict[str, str]]:
    """scores.csv as a statistician reads it."""
    assert ramris("export", study, out).returncode == 0
    with (out / "scores.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_whole_pair_is_scored_by_keyboard_and_the_csv_holds_exactly_what_was_typed(
    room: Opener, screen: Screen, study: Path, tmp_path: Path
) -> None:
    keys, grades = keys_for_a_pair()
    assert 10 in grades

    process = room()
    screen.window()
    screen.press(*keys)
    until(lambda: events(study) == 86, "86 grades on disk")
    screen.press("ctrl+q")
    assert process.wait(20) == 0

    rows = exported(study, tmp_path / "out")
    typed: dict[tuple[str, int], list[int]] = {}
    for row in rows:
        typed.setdefault((row["feature"], int(row["visit_num"])), []).append(int(row["score"]))
    position = 0
    for feature, (sites, _) in FEATURES.items():
        pairs = grades[position : position + 2 * sites]
        assert sorted(typed[feature, 1]) == sorted(pairs[0::2])
        assert sorted(typed[feature, 2]) == sorted(pairs[1::2])
        position += 2 * sites


def test_killed_while_scoring_the_room_reopens_with_everything_that_was_shown(
    room: Opener, screen: Screen, study: Path, tmp_path: Path
) -> None:
    process = room()
    screen.window()
    title = screen.xdotool("getwindowname", screen.window())
    screen.press("1", "2", "0", "3", "2")
    until(lambda: events(study) == 5, "5 grades on disk")

    process.send_signal(signal.SIGKILL)
    process.wait(10)
    room()
    again = screen.window()

    assert screen.xdotool("getwindowname", again) == title
    # the focus is where it was: the next key answers the sixth question
    screen.press("1")
    until(lambda: events(study) == 6, "the sixth grade on disk")
    rows = exported(study, tmp_path / "out")
    answers = {(row["site"], row["visit_num"]): row["score"] for row in rows if row["feature"] == "SYN"}
    assert sorted(answers.values()) == ["0", "1", "1", "2", "2", "3"]
    assert ramris("audit", study).returncode == 0


@pytest.mark.case(101)
def test_nothing_of_the_patient_is_on_the_screen_or_in_what_the_process_holds_open(
    room: Opener, screen: Screen
) -> None:
    process = room()
    window = screen.window()

    assert "VEXHOLLOW" not in screen.xdotool("getwindowname", window)
    held = [str(link.readlink()) for link in Path(f"/proc/{process.pid}/fd").iterdir() if link.is_symlink()]
    assert not [path for path in held if "VEXHOLLOW" in path or "vault" in path]
    assert b"VEXHOLLOW" not in Path(f"/proc/{process.pid}/cmdline").read_bytes()


def test_a_pair_is_scored_and_signed_by_keys_alone_and_stays_as_it_was(
    room: Opener, screen: Screen, study: Path, tmp_path: Path
) -> None:
    # 0 everywhere raises no question: nothing falls, nothing is blank, both visits have contrast series
    process = room()
    screen.window()
    screen.press(*["0"] * 86)
    until(lambda: events(study) == 86, "86 grades on disk")

    def signed() -> int:
        with sqlite3.connect(f"file:{study / 'study.db'}?mode=ro", uri=True) as connection:
            return int(connection.execute("SELECT count(*) FROM act WHERE kind = 'signed'").fetchone()[0])

    screen.press("ctrl+Return")
    screen.press("Return")
    until(lambda: signed() == 1, "the signature on disk")
    screen.press("Return", "3")
    screen.press("ctrl+q")
    assert process.wait(20) == 0

    assert events(study) == 86
    assert ramris("audit", study).returncode == 0
    assert {row["score"] for row in exported(study, tmp_path / "out")} == {"0"}


@pytest.mark.case(132)
@pytest.mark.parametrize("graded", [0, 3])
def test_ended_by_the_system_the_room_keeps_all_that_was_shown_and_its_place(
    room: Opener, screen: Screen, study: Path, graded: int
) -> None:
    process = room()
    window = screen.window()
    # at once, while images load, or behind grades
    screen.press(*["2"] * graded, "Next", "Next")
    until(lambda: events(study) == graded, f"{graded} grades on disk")

    process.send_signal(signal.SIGTERM)

    assert process.wait(20) == 0
    assert screen.xdotool("search", "--onlyvisible", "--name", "^ramris") != window
    assert events(study) == graded
    # it ends with a backup, as it does by the room's own key
    assert list((study / "backups").glob("*.db"))
    assert ramris("audit", study).returncode == 0
