"""`ramris open` on a folder whose only series is held back: said in one line, looked at, and gone on from there."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from storage.study.coordinator import CoordinatorStudy
from storage.vault.choices import Deed
from tests.builders.burned_text import a_named_series
from workstation.app import rooms
from workstation.errors import UsageRefused
from workstation.intake.importing.answering import Chooser
from workstation.runtime import doctor


@pytest.fixture
def scans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one series in which a name stands; the program's own folder lies beside it."""
    monkeypatch.setenv("RAMRIS_DATA", str(tmp_path / "data"))
    a_named_series(tmp_path / "scans")
    return tmp_path / "scans"


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[Sequence[str]]:
    """The commands of the rooms that would have been opened."""
    commands: list[Sequence[str]] = []

    def begin(arguments: Sequence[str], _where: Path) -> int:
        commands.append(arguments)
        return 0

    monkeypatch.setattr(rooms, "start_afresh", begin)
    return commands


def _open(scans: Path, png: Path | None) -> tuple[int, list[str]]:
    said: list[str] = []
    return rooms.open_paths([scans], png, said.append, lambda *_: None), said


def _release(study: Path) -> None:
    with CoordinatorStudy.open(study) as opened:
        codes = [item.series for item in opened.vault.choices.held()]
        Chooser(opened, "J. Smit", lambda _: None, lambda: False).settle_many(codes, Deed.RELEASE, "no name")


def test_without_a_window_one_line_says_how_to_release_it_and_the_same_command_goes_on(
    scans: Path, begun: list[Sequence[str]], tmp_path: Path
) -> None:
    status, said = _open(scans, tmp_path / "room.png")
    (study,) = (tmp_path / "data" / "studies").iterdir()

    assert status == 1
    assert said[-1] == (
        "Nothing can be read yet: 1 series is held back, as text in the picture may name somebody. Look and release "
        f"with `ramris manage {study}` (key T), then give this command again"
    )
    assert begun == []

    _release(study)

    assert _open(scans, tmp_path / "room.png")[0] == 0
    assert [(command[0], command[1]) for command in begun] == [("read", str(study))]


@pytest.mark.parametrize("released", [True, False])
def test_with_a_window_it_is_shown_and_the_room_opens_when_something_was_released(
    released: bool, scans: Path, begun: list[Sequence[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[Sequence[str]] = []

    def look(command: Sequence[str], **_options: Any) -> subprocess.CompletedProcess[bytes]:  # noqa: ANN401 - as subprocess
        shown.append(command)
        if released:
            _release(Path(command[-1]))
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(doctor, "has_display", lambda _: True)
    monkeypatch.setattr(subprocess, "run", look)

    status, said = _open(scans, None)

    assert [command[-2] for command in shown] == ["manage"]
    assert "They are shown now (key T)" in said[-1 if released else -2]
    assert (status, len(begun)) == ((0, 1) if released else (1, 0))


def test_a_folder_without_images_is_still_told_as_that(tmp_path: Path, scans: Path) -> None:
    (tmp_path / "empty").mkdir()

    with pytest.raises(UsageRefused, match="no MR images were found"):
        _open(tmp_path / "empty", None)
    assert list((tmp_path / "data" / "studies").glob("*")) == []
    assert scans.exists()
