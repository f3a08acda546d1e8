"""Preferences of a reader stay: on disk, in the next case, and without the study or its folder being named."""

from __future__ import annotations

from pathlib import Path

import pytest

from scoring.values import replace
from tests.builders.cases import a_case
from tests.fakes.doors import MemoryDoor
from workstation.app.preferences import FILE, OwnFile
from workstation.reading.answers.hide_baseline import ToggleHiding
from workstation.reading.images.display import ToggleColumns
from workstation.reading.images.view import SetRows, Zoom
from workstation.reading.preferences import Hung, Looks, OfThisSession, Preferences
from workstation.reading.session.session import Session
from workstation.reading.session.undo_history import Histories
from workstation.reading.view_state import Filling
from workstation.ui.reader.window.preferences import Chosen


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's folder of settings, not there yet."""
    monkeypatch.setenv("RAMRIS_CONFIG", str(tmp_path / "own"))
    return tmp_path / "own"


def test_what_was_kept_is_there_the_next_time_for_this_reader_alone(own: Path, tmp_path: Path) -> None:
    hung = Hung({"ERO": 2}, frozenset({"OST"}), frozenset({"ERO"}), 1.5, Filling.FIELD)
    chosen = Preferences(
        toured=True, hide_baseline=True, atlas="/atlas", expecting=False, hung=hung, looks=Looks(130, light=True)
    )

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


def test_a_size_of_text_that_nobody_could_read_is_the_nearest_that_there_is(own: Path, tmp_path: Path) -> None:
    own.mkdir()
    (own / FILE).write_text('{"readers": {"R1": {"text_percent": 4000}, "R2": {"text_percent": -1}}}')

    sizes = [OwnFile(reader, tmp_path).load().looks.text_percent for reader in ("R1", "R2")]

    # 85 to 150 in docs/keys.md
    assert sizes == [150, 85]


def test_where_it_cannot_be_kept_nothing_is_raised(own: Path, tmp_path: Path) -> None:
    own.write_text("a file where the folder should be")

    assert not OwnFile("R1", tmp_path).save(Preferences(toured=True))


def test_hiding_baseline_holds_for_a_case_that_was_left_otherwise() -> None:
    door = MemoryDoor(a_case("K7QM2"))
    session = Session(door, "K7QM2")
    session.save_bookmark()

    assert Session(door, "K7QM2", hide_baseline=True).state.view.form.hide_baseline
    session.dispatch(ToggleHiding())
    session.save_bookmark()
    assert Session(door, "K7QM2").state.view.form.hide_baseline
    assert not Session(door, "K7QM2", hide_baseline=False).state.view.form.hide_baseline


def test_rows_that_there_cannot_be_are_left_out_of_what_was_kept(own: Path, tmp_path: Path) -> None:
    own.mkdir()
    kept = '{"readers": {"R1": {"hung": {"rows_of": {"ERO": 40, "SYN": 1}, "columns": [], "above": [], "zoom": 1e9}}}}'
    (own / FILE).write_text(kept)

    assert OwnFile("R1", tmp_path).load().hung == Hung({"SYN": 1})


def test_a_case_that_was_not_begun_is_enlarged_as_the_last_was_and_one_that_was_as_it_was_left() -> None:
    door = MemoryDoor(a_case("K7QM2"), a_case("B4XR9"))
    first = Session(door, "K7QM2", hung=Hung())
    first.dispatch(Zoom(1.6))
    first.save_bookmark()

    second = Session(door, "B4XR9", hung=Hung.of(first.state.view))
    assert second.state.view.camera.zoom == 1.6
    assert Session(door, "K7QM2", hung=Hung(zoom=3.0)).state.view.camera.zoom == 1.6


def test_the_zoom_that_a_reader_chose_is_kept_when_the_case_is_left_and_not_with_each_step_of_the_wheel() -> None:
    kept: list[float] = []

    class Counting(OfThisSession):
        def save(self, preferences: Preferences) -> bool:
            kept.append(preferences.hung.zoom)
            return super().save(preferences)

    door, chosen = MemoryDoor(a_case("K7QM2"), a_case("B4XR9")), Chosen(Counting(Preferences()))
    session = chosen.session(door, "K7QM2", Histories(), tuple, lambda: None)
    session.listen(chosen.follow)
    for _ in range(5):
        session.dispatch(Zoom(1.1))
    assert kept == []

    following = chosen.session(door, "B4XR9", Histories(), tuple, lambda: None)
    assert kept == [following.state.view.camera.zoom] == [session.state.view.camera.zoom]


def test_a_case_whose_scored_region_was_shown_is_followed_by_one_that_shows_the_wrist() -> None:
    first = Session(MemoryDoor(a_case("K7QM2")), "K7QM2").state.view
    scored = replace(first, camera=replace(first.camera, filling=Filling.SCORED))

    assert Hung.of(scored).filling is Filling.WRIST


def test_a_case_that_was_not_begun_hangs_as_the_reader_had_the_last_and_one_that_was_as_it_was_left() -> None:
    door = MemoryDoor(a_case("K7QM2"), a_case("B4XR9"))
    first = Session(door, "K7QM2", hung=Hung().over({"SYN": 3}))
    assert first.state.view.cells.rows_at("SYN") == 3
    first.dispatch(SetRows(1))
    first.dispatch(ToggleColumns())
    first.save_bookmark()

    second = Session(door, "B4XR9", hung=Hung.of(first.state.view))
    assert (second.state.view.cells.rows_at("SYN"), second.state.view.cells.columns) == (1, frozenset({"SYN"}))
    assert Session(door, "K7QM2", hung=Hung({"SYN": 4})).state.view == first.state.view
