"""Lines of a process of ours: its own are shown without paths, anybody else's are not."""

import sys
from pathlib import Path

import pytest

from workstation.cli.shared import progress_line
from workstation.starting import spoken
from workstation.starting.spoken import Step, ending, last_step

FOLDER = Path("/scans/Smit_Jan/trial")


def test_the_line_of_a_step_is_read_as_it_was_written_and_the_last_one_counts() -> None:
    steps = [Step(0, 263, "Writing de-identified images"), Step(30, 263, "Writing de-identified images")]
    said = "\n".join(["ramris: a word", *map(spoken.step_line, steps), "some library: /scans/Smit_Jan"])

    assert last_step(said) == steps[1]
    assert last_step("progress: soon") is None
    assert last_step("") is None


def test_a_command_tells_its_steps_in_lines_where_the_start_window_asks_for_them(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(spoken.VARIABLE, spoken.IN_LINES)

    progress_line()(3, 10, "Reading headers")

    assert last_step(capsys.readouterr().err) == Step(3, 10, "Reading headers")


@pytest.mark.skipif("sys.stderr.isatty()")
def test_nobody_else_gets_such_lines(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv(spoken.VARIABLE, raising=False)

    progress_line()(3, 10, "Reading headers")

    assert capsys.readouterr().err == ""


def test_the_last_line_of_ours_is_shown_and_no_line_of_a_library() -> None:
    said = "ramris: first\nramris: Reader 'R9' has no worklist here\nTraceback /scans/Smit_Jan\n"

    assert ending(2, said, FOLDER) == "Reader 'R9' has no worklist here"


@pytest.mark.skipif(sys.platform == "win32", reason="the path is written as this system writes it")
def test_a_path_is_shortened_to_the_name_of_the_folder() -> None:
    assert ending(2, "ramris: /scans/Smit_Jan/trial: no such file\n", FOLDER) == "trial: no such file"
    assert ending(2, "ramris: /scans: no such file\n", Path("/scans")) == "scans: no such file"


def test_a_process_that_ended_well_and_silently_needs_no_line() -> None:
    assert ending(0, "", FOLDER) == ""
    # one that couldn't make its last backup says so, and ended well
    assert ending(0, "ramris: no backup was made\n", FOLDER) == "no backup was made"


def test_what_a_library_warned_of_is_no_line_for_a_person() -> None:
    said = "ramris: no backup was made\nramris: Qt warning\nramris: warning UserWarning\nramris: log ERROR of numpy\n"

    assert ending(0, said, FOLDER) == "no backup was made"
    assert ending(0, "ramris: Qt warning\n", FOLDER) == ""
    # the program's own fault is told
    assert ending(2, "ramris: fault 1A2B3C, KeyError at workstation.x:1\n", FOLDER).startswith("fault 1A2B3C")


def test_a_process_that_died_silently_is_told_with_its_status() -> None:
    assert ending(-11, "", None).startswith("The window ended without saying why (status -11). What was saved is kept")
