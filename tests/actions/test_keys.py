"""The key map: every mistake in it is named, and what ships is what the manual says."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from scoring.errors import TomlRefused
from scoring.schemes.load import shipped_scheme
from tests.builders.sessions import a_session_state
from tests.keys_page import PAGE, page
from workstation.actions.action import Action, When
from workstation.actions.commands import KNOWN, command_for
from workstation.actions.loading import actions_from, shipped_actions
from workstation.reading import commands as wish
from workstation.reading.step import step

SHIPPED = Path(__file__).parents[2] / "workstation" / "actions" / "keys.toml"


def shipped_with(old: str, new: str) -> str:
    text = SHIPPED.read_text(encoding="utf-8")
    assert old in text
    return text.replace(old, new, 1)


def test_every_action_that_exists_has_a_key() -> None:
    assert {action.id for action in shipped_actions()} == KNOWN


def test_digits_give_their_own_grade_and_x_is_ten() -> None:
    keys = {key: action.id for action in shipped_actions() for key in action.keys}

    for digit in range(10):
        assert command_for(keys[str(digit)], a_session_state(), None) == wish.SetGrade(Decimal(digit))
    assert command_for(keys["X"], a_session_state(), None) == wish.SetGrade(Decimal(10))


def test_each_unscorable_code_of_the_scheme_has_a_key() -> None:
    assert {f"unscorable.{code.code}" for code in shipped_scheme().unscorable} <= KNOWN


def test_holding_a_key_never_grades_twice() -> None:
    assert not [action.id for action in shipped_actions() if action.repeats and action.group == "Score"]


def test_grades_need_an_open_case_and_quitting_does_not() -> None:
    when = {action.id: action.when for action in shipped_actions()}

    assert when["grade.0"] is When.CASE
    assert when["room.quit"] is When.ALWAYS


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('id = "answer.copy"', 'id = "answer.cpoy"', "action answer.cpoy: there is none of that id"),
        ('keys = ["C"]', 'keys = ["x"]', "key x is used by grade.10 already"),
        ('keys = ["C"]', 'keys = ["7"]', "digits grade: it belongs to grade.7"),
        ('keys = ["C"]', "keys = []", "action answer.copy: has no key"),
        ('id = "answer.redo"', 'id = "answer.undo"', "action answer.undo: stands twice"),
        ('keys = ["C"]\nwhen = "case"', 'keys = ["C"]\nwhen = "case"\nrepeats = true', "only moves may repeat"),
        ('when = "case"', 'when = "sometimes"', "sometimes"),
        ('keys = ["C"]', 'kyes = ["C"]', "kyes"),
        ("[[action]]", "[[action", "keys.toml"),
    ],
)
def test_a_mistake_is_named_with_file_and_place(old: str, new: str, said: str) -> None:
    with pytest.raises(TomlRefused) as refusal:
        actions_from(shipped_with(old, new), "keys.toml")

    assert str(refusal.value).startswith("keys.toml: ")
    assert said in str(refusal.value)


def test_a_missing_action_is_named() -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    entry = re.search(r'\[\[action\]\]\nid = "answer.copy".*?\n\n', text, re.DOTALL)
    assert entry is not None

    with pytest.raises(TomlRefused, match=r"action answer.copy: is missing"):
        actions_from(text.replace(entry.group(), ""), "keys.toml")


def test_slices_and_windows_follow_the_series_of_the_first_row() -> None:
    state = a_session_state()
    primary = (2, "K7QM220")

    assert command_for("images.slice_down", state, primary) == wish.Scroll(2, "K7QM220", 1)
    assert command_for("images.alone_up", state, primary) == wish.Scroll(2, "K7QM220", -1, alone=True)
    narrower = command_for("images.narrower", state, primary)
    # 0 to 900 about its centre 450, narrower by 1.15
    assert isinstance(narrower, wish.SetWindow)
    assert narrower.series == "K7QM220"
    assert (narrower.low, narrower.high) == pytest.approx((450 - 450 / 1.15, 450 + 450 / 1.15))


def test_with_no_series_in_sight_there_is_nothing_to_scroll() -> None:
    assert command_for("images.slice_down", a_session_state(), None) is None


def test_the_rows_key_goes_from_one_row_to_four_and_round() -> None:
    state = a_session_state()
    shown = []
    for _ in range(4):
        command = command_for("images.rows", state, None)
        assert isinstance(command, wish.SetRows)
        shown.append(command.rows)
        state = step(state, command).state

    assert shown == [3, 4, 1, 2]


def test_a_grade_goes_with_the_series_in_sight() -> None:
    assert command_for("grade.3", a_session_state(), (1, "S1")) == wish.SetGrade(Decimal(3), "S1")


def test_the_page_of_the_keys_is_what_the_key_map_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(shipped_actions()), "run python -m tests.keys_page"


def test_an_action_of_the_key_map_stands_on_the_page_in_the_table_of_its_menu() -> None:
    actions = (
        Action("a", "Look here", "See", ("V", "F5"), When.CASE, repeats=False),
        Action("b", "Leave", "Case", ("Q",), When.CASE, repeats=False),
        Action("c", "Look there", "See", (".",), When.CASE, repeats=False),
    )

    said = page(actions)

    see = "## See\n\n| Keys | What it does |\n| --- | --- |\n| `V`, `F5` | Look here |\n| `.` | Look there |\n"
    assert f"\n{see}\n## Case\n\n| Keys | What it does |\n| --- | --- |\n| `Q` | Leave |\n\n" in said
