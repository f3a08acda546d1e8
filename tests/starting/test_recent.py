"""Recent studies: which are kept, and how little of each is shown."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workstation.starting.recent import MOST, Line, Opened, Role, lines, shown_name, with_opened, without

OWN = Path("/home/smit/.local/share/ramris")
TRIAL = Opened(Path("/scans/Smit_Jan_19540312/trial"), Role.READER, "R1")


def _opened(number: int) -> Opened:
    return Opened(Path(f"/studies/{number}"), Role.READER, "R1")


def test_the_study_that_was_opened_last_comes_first_and_stands_once() -> None:
    recent = with_opened(with_opened(with_opened((), _opened(1)), _opened(2)), _opened(1))

    assert recent == (_opened(1), _opened(2))


def test_as_many_are_kept_as_there_are_digits_and_the_oldest_falls_off() -> None:
    recent: tuple[Opened, ...] = ()
    for number in range(12):
        recent = with_opened(recent, _opened(number))

    assert [opened.folder.name for opened in recent] == ["11", "10", "9", "8", "7", "6", "5", "4", "3"]
    assert len(recent) == MOST == 9


def test_one_folder_as_reader_and_as_coordinator_are_two_lines() -> None:
    manager = Opened(TRIAL.folder, Role.COORDINATOR)

    recent = with_opened(with_opened((), TRIAL), manager)

    assert [(line.name, line.how) for line in lines(recent, (), OWN)] == [
        ("trial", "as coordinator"),
        ("trial", "as reader R1"),
    ]
    assert without(recent, manager) == (TRIAL,)


def test_a_line_shows_the_folders_own_name_and_no_part_of_the_path_to_it() -> None:
    (line,) = lines([TRIAL], (), OWN)

    assert line == Line(TRIAL, 1, "trial", "as reader R1", gone=False)


@given(st.lists(st.text(st.characters(exclude_characters="/\x00"), min_size=1), min_size=2, max_size=6))
def test_whatever_the_folders_are_called_nothing_above_the_study_is_shown(parts: list[str]) -> None:
    marked = [f"above-{part}" for part in parts[:-1]]

    (line,) = lines([Opened(Path("/", *marked, "study"), Role.COORDINATOR)], (), OWN)

    assert (line.name, line.how) == ("study", "as coordinator")


def test_signs_that_would_break_a_line_or_turn_it_round_are_not_written() -> None:
    # a right-to-left override makes what follows be read backwards
    assert shown_name(Path("/a/tri\nal\u202e1"), OWN) == "tri?al?1"


def test_a_whole_drive_has_no_name_of_its_own() -> None:
    assert shown_name(Path("/"), OWN) == "(a whole drive)"


def test_studies_of_the_programs_own_are_called_what_they_are() -> None:
    demo, scans = OWN / "demo-e072f739", OWN / "studies" / "3f09a1bc"

    told = lines([Opened(demo, Role.READER, "reader"), Opened(scans, Role.READER, "reader")], (), OWN)

    assert [(line.name, line.how) for line in told] == [
        ("The demo", "as reader"),
        ("Scans looked at, 3f09a1bc", "as reader"),
    ]


def test_two_folders_of_one_name_can_be_told_apart() -> None:
    first, second = (Opened(Path(f"/{above}/R1"), Role.READER, "R1") for above in "ab")

    assert [line.name for line in lines([first, second], (), OWN)] == ["R1", "R1 (2)"]


@pytest.mark.parametrize("gone", [True, False])
def test_a_study_that_is_not_there_is_told_as_gone_and_stays_on_the_list(*, gone: bool) -> None:
    (line,) = lines([TRIAL], {TRIAL.folder} if gone else (), OWN)

    assert line.gone is gone
