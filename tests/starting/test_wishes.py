"""Wishes: each comes to a window, a question, or a line that says what to do instead."""

from pathlib import Path

import pytest

from workstation.starting import wishes
from workstation.starting.actions import shipped_actions
from workstation.starting.recent import Opened, Role
from workstation.starting.wishes import Demo, Facts, LookAt, Manage, Read, Refused, Start, WhoReads

FOLDER = Path("/scans/Smit_Jan/trial")
COPY = Facts(holds_study=True, is_copy=True, readers=("R1",))
WHOLE = Facts(holds_study=True, readers=("R1", "R2"))


def _line(outcome: object) -> str:
    assert isinstance(outcome, Refused)
    return outcome.line


def test_a_readers_copy_opens_for_its_one_reader_without_a_question() -> None:
    assert wishes.as_reader(FOLDER, COPY, ()) == Read(FOLDER, "R1")


def test_in_a_whole_study_the_reader_is_asked_for_and_nobody_is_offered_of_several() -> None:
    assert wishes.as_reader(FOLDER, WHOLE, ()) == WhoReads(FOLDER, "")


@pytest.mark.parametrize(
    ("readers", "before", "likely"), [(("R1",), (), "R1"), (("R1", "R2"), ("R2", "R1"), "R2"), ((), ("R9",), "R9")]
)
def test_the_reader_who_read_there_last_is_offered_then_the_only_one_there_is(
    readers: tuple[str, ...], before: tuple[str, ...], likely: str
) -> None:
    assert wishes.as_reader(FOLDER, Facts(holds_study=True, readers=readers), before) == WhoReads(FOLDER, likely)


def test_the_reader_who_is_typed_in_gets_the_room_and_nobody_gets_none() -> None:
    asked = WhoReads(FOLDER, "R1")

    assert wishes.said_who(asked, " R2 ") == Read(FOLDER, "R2")
    assert _line(wishes.said_who(asked, "  ")) == "No reader was given, so nothing was opened. Press R to try again"


def test_a_folder_without_a_study_is_opened_by_nobody() -> None:
    missing = "trial holds no study (study.db is missing). "

    assert _line(wishes.as_reader(FOLDER, Facts(), ())).startswith(missing)
    assert _line(wishes.as_coordinator(FOLDER, Facts())).startswith(missing)


def test_a_readers_copy_is_not_managed() -> None:
    assert "Press R" in _line(wishes.as_coordinator(FOLDER, COPY))
    assert wishes.as_coordinator(FOLDER, WHOLE) == Manage(FOLDER)


def test_a_study_whose_vault_was_lost_opens_so_that_its_window_says_how_one_comes_back() -> None:
    assert wishes.as_coordinator(FOLDER, Facts(holds_study=True)) == Manage(FOLDER)


def test_a_new_study_is_made_in_an_empty_folder_alone() -> None:
    assert wishes.new_study(FOLDER, Facts(is_empty=True)) == Manage(FOLDER)
    assert _line(wishes.new_study(FOLDER, Facts())).startswith("trial holds other files. Choose an empty folder")
    assert _line(wishes.new_study(FOLDER, WHOLE)) == "trial holds a study already. Press C to open it as coordinator"


def test_a_study_opens_again_as_it_was_opened_before() -> None:
    reader, coordinator = Opened(FOLDER, Role.READER, "R1"), Opened(FOLDER, Role.COORDINATOR)

    assert wishes.again(reader, WHOLE) == Read(FOLDER, "R1")
    assert wishes.again(coordinator, WHOLE) == Manage(FOLDER)
    # nobody has looked yet: the window that opens will see
    assert wishes.again(reader, None) == Read(FOLDER, "R1")


def test_a_study_that_is_gone_is_not_opened_and_the_line_says_how_it_leaves_the_list() -> None:
    line = _line(wishes.again(Opened(FOLDER, Role.READER, "R1"), Facts()))

    assert line == "trial isn't there now. Connect its drive, or press Delete to take it off this list"


def test_no_line_names_a_folder_above_the_one_that_was_chosen() -> None:
    starts: list[Start] = [Read(FOLDER, "R1"), Manage(FOLDER), LookAt(FOLDER), Demo()]
    refused = [
        wishes.as_reader(FOLDER, Facts(), ()),
        wishes.as_coordinator(FOLDER, COPY),
        wishes.new_study(FOLDER, WHOLE),
        wishes.again(Opened(FOLDER, Role.READER), Facts()),
    ]

    lines = [*map(wishes.told, starts), *map(_line, refused)]

    assert [line for line in lines if "Smit" in line or "/" in line] == []


def test_the_keys_that_lines_name_are_those_of_the_actions() -> None:
    keys = {action.id: action.key for action in shipped_actions()}

    assert (keys["study.read"], keys["study.manage"], keys["study.new"], keys["demo"]) == ("R", "C", "N", "D")


@pytest.mark.parametrize(
    ("start", "command"),
    [
        (Read(FOLDER, "R1"), ("read", str(FOLDER), "--reader=R1")),
        # what begins with a dash stays a name
        (Read(FOLDER, "--png"), ("read", str(FOLDER), "--reader=--png")),
        (Manage(FOLDER), ("manage", str(FOLDER))),
        (LookAt(FOLDER), ("open", str(FOLDER))),
        (Demo(), ("demo",)),
    ],
)
def test_each_beginning_is_one_command(start: Start, command: tuple[str, ...]) -> None:
    assert wishes.arguments(start) == command
