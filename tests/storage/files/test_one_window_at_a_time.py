"""Whoever grades has the study alone; the next one hears so in words, and a dead one leaves nothing behind."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest

from storage.audit.verification import audit
from storage.errors import InUse
from storage.files.window_lock import LOCK_FILE, sole_window
from storage.handover.hand_over import hand_over
from tests.builders.studies import an_assigned_study, as_it_is
from workstation.app import reading
from workstation.cli import main

ROOT = Path(__file__).parents[3]
WORDS = (
    "ramris: This study is open in another window, or `ramris enter` is running (only one at a time, so that no grade "
    "is given twice). Close the other one and try again\n"
)
# has the study of argv[1] until it is killed
HOLDER = """
import sys
from pathlib import Path
from storage.files.window_lock import sole_window
with sole_window(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def _type(monkeypatch: pytest.MonkeyPatch, lines: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines.encode())))


@pytest.mark.case(76)
@pytest.mark.parametrize("reader", ["ES", "MO"])
def test_a_second_room_is_refused_whoever_reads(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], reader: str
) -> None:
    folder, _ = an_assigned_study(tmp_path / "trial")

    with sole_window(folder):
        status = main(["read", str(folder), "--reader", reader, "--png", str(tmp_path / "room.png")])

    assert (status, capsys.readouterr().err) == (2, WORDS)
    assert not (tmp_path / "room.png").exists()


@pytest.mark.case(76)
def test_entering_beside_an_open_room_is_refused_and_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, (case,) = an_assigned_study(tmp_path / "trial")
    monkeypatch.setattr(reading, "WAIT_FOR_WINDOW_S", 0.05)
    _type(monkeypatch, f"{case},1,ERO,CAP,3\n")

    with sole_window(folder):
        status = main(["enter", str(folder), "--reader", "ES"])

    assert (status, *capsys.readouterr()) == (2, "", WORDS)
    assert audit(folder).events == 0


def test_when_the_first_has_ended_the_next_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, (case,) = an_assigned_study(tmp_path / "trial")
    with sole_window(folder):
        pass
    _type(monkeypatch, f"{case},1,ERO,CAP,3\n")

    assert main(["enter", str(folder), "--reader", "ES"]) == 0
    assert capsys.readouterr().out == "ok 1\n"


def test_a_killed_window_leaves_the_study_free(tmp_path: Path) -> None:
    folder, _ = an_assigned_study(tmp_path / "trial")
    command = [sys.executable, "-c", HOLDER, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == b"held"
        with pytest.raises(InUse), sole_window(folder):
            pass
        holder.kill()

    with sole_window(folder):
        pass


def test_a_lock_file_that_cannot_be_made_does_not_keep_a_study_from_being_looked_at(tmp_path: Path) -> None:
    folder, _ = an_assigned_study(tmp_path / "trial")
    # a folder in its place stands for any reason why it can't be made
    (folder / LOCK_FILE).mkdir()

    with sole_window(folder):
        pass


def test_where_there_is_no_study_nothing_is_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", str(tmp_path / "none"), "--reader", "ES"]) == 2

    assert "holds no study" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_no_study_gets_no_lock_file(tmp_path: Path) -> None:
    with sole_window(tmp_path):
        pass

    assert list(tmp_path.iterdir()) == []


def test_the_lock_does_not_travel_with_the_readers_copy(tmp_path: Path) -> None:
    folder, _ = an_assigned_study(tmp_path / "trial")
    with sole_window(folder):
        pass
    (folder / "images" / "S001V1").mkdir(parents=True, exist_ok=True)
    for visit in (1, 2):
        (folder / "images" / f"S001V{visit}").mkdir(exist_ok=True)
        for number in range(2):
            (folder / "images" / f"S001V{visit}" / f"{number}.dcm").write_bytes(b"")

    hand_over(folder, tmp_path / "copy", as_it_is)

    assert sorted(item.name for item in (tmp_path / "copy").iterdir()) == ["README.txt", "images", "study.db"]
