"""The file of recent studies: whole or as it was, and never in anybody's way."""

import json
import os
import stat
import sys
from pathlib import Path

import pytest

from workstation.starting import kept
from workstation.starting.recent import Opened, Role

HERE = Path(__file__).resolve().parent
TRIAL = Opened(HERE / "trial", Role.READER, "R1")
OTHER = Opened(HERE / "other", Role.COORDINATOR)


def test_what_is_remembered_is_there_again_the_latest_first(tmp_path: Path) -> None:
    file = tmp_path / "settings" / kept.FILE

    assert kept.load(file) == ()
    assert kept.remember(file, TRIAL)
    assert kept.remember(file, OTHER)

    assert kept.load(file) == (OTHER, TRIAL)
    assert [path.name for path in file.parent.iterdir()] == [kept.FILE]


def test_what_is_forgotten_is_off_the_list_and_the_rest_stays(tmp_path: Path) -> None:
    file = tmp_path / kept.FILE
    kept.remember(file, TRIAL)
    kept.remember(file, OTHER)

    assert kept.forget(file, OTHER)

    assert kept.load(file) == (TRIAL,)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps no such bits")
def test_no_other_account_can_read_the_list(tmp_path: Path) -> None:
    kept.remember(tmp_path / kept.FILE, TRIAL)

    assert stat.S_IMODE((tmp_path / kept.FILE).stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "damage", [b"", b"[", b"null", b"{}", b"\xff\xfe\x00", b"[" * 100_000, b'"words"'], ids=lambda damage: damage[:6]
)
def test_a_damaged_file_is_an_empty_list_and_the_next_study_makes_it_whole(tmp_path: Path, damage: bytes) -> None:
    file = tmp_path / kept.FILE
    file.write_bytes(damage)

    assert kept.load(file) == ()
    assert kept.remember(file, TRIAL)
    assert kept.load(file) == (TRIAL,)


def test_an_entry_that_makes_no_sense_costs_no_other(tmp_path: Path) -> None:
    good = {"folder": str(TRIAL.folder), "role": "reader", "reader": "R1"}
    wrong: list[object] = [
        {**good, "role": "owner"},
        {**good, "folder": "trial"},
        {**good, "folder": 3},
        {**good, "folder": "/\x00"},
        {"role": "reader"},
        None,
        "trial",
    ]
    (tmp_path / kept.FILE).write_text(json.dumps([*wrong, good, good]), encoding="utf-8")

    found = kept.load(tmp_path / kept.FILE)

    # a name that no system takes is a folder that isn't there
    assert [opened for opened in found if "\x00" not in str(opened.folder)] == [TRIAL]


def test_where_the_list_cannot_be_written_the_answer_is_no_and_the_old_one_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / kept.FILE
    kept.remember(file, TRIAL)

    def full(_path: Path, *_parts: bytes) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(kept, "write_whole", full)

    assert not kept.remember(file, OTHER)
    assert not kept.forget(file, TRIAL)
    assert kept.load(file) == (TRIAL,)
