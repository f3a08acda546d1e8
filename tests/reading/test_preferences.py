"""What a reader chose stays chosen: on disk, in the next case, and without the study or its place being named."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders.cases import a_case
from tests.fakes.doors import MemoryDoor
from workstation.app.preferences import FILE, OwnFile
from workstation.reading.commands import ToggleHiding
from workstation.reading.preferences import Preferences
from workstation.reading.session import Session


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's folder of settings, not there yet."""
    monkeypatch.setenv("RAMRIS_CONFIG", str(tmp_path / "own"))
    return tmp_path / "own"


def test_what_was_kept_is_there_the_next_time_for_this_reader_alone(own: Path, tmp_path: Path) -> None:
    chosen = Preferences(toured=True, hide_baseline=True, atlas="/atlas")

    assert OwnFile("R1", tmp_path / "Mueller trial").save(chosen)

    assert OwnFile("R1", tmp_path / "Mueller trial").load() == chosen
    assert OwnFile("R2", tmp_path / "Mueller trial").load() == Preferences()
    assert "Mueller" not in (own / FILE).read_text("utf-8")


def test_hiding_is_chosen_for_each_study_and_the_tour_once(own: Path, tmp_path: Path) -> None:
    OwnFile("R1", tmp_path / "one").save(Preferences(toured=True, hide_baseline=True))

    assert OwnFile("R1", tmp_path / "other").load() == Preferences(toured=True, hide_baseline=None)
    assert list(own.iterdir()) == [own / FILE]


@pytest.mark.parametrize("text", ["", "{", '{"readers": 3}', "\xff", "[" * 5000])
def test_a_damaged_file_is_as_none(own: Path, tmp_path: Path, text: str) -> None:
    own.mkdir()
    (own / FILE).write_text(text, encoding="latin-1")

    assert OwnFile("R1", tmp_path).load() == Preferences()


def test_where_it_cannot_be_kept_nothing_is_raised(own: Path, tmp_path: Path) -> None:
    own.write_text("a file where the folder should be")

    assert not OwnFile("R1", tmp_path).save(Preferences(toured=True))


def test_hiding_baseline_holds_for_a_case_that_was_left_otherwise() -> None:
    door = MemoryDoor(a_case("K7QM2"))
    session = Session(door, "K7QM2")
    session.save_place()

    assert Session(door, "K7QM2", hide_baseline=True).state.view.hide_baseline
    session.dispatch(ToggleHiding())
    session.save_place()
    assert Session(door, "K7QM2").state.view.hide_baseline
    assert not Session(door, "K7QM2", hide_baseline=False).state.view.hide_baseline
