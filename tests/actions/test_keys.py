"""The key map: every mistake in it is named, and what ships is what the manual says."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from scoring.errors import TomlRefused
from scoring.schemes.load import shipped_scheme
from tests.builders.sessions import a_session_state, after
from tests.keys_page import PAGE, page
from workstation.actions.action import Action, When
from workstation.actions.loading import actions_from, shipped_actions
from workstation.reading.answers.grading import MarkUnscorable, SetGrade
from workstation.reading.images.view import Scroll

ACTIONS = {action.id: action for action in shipped_actions()}
SHIPPED = Path(__file__).parents[2] / "workstation" / "actions" / "keys.toml"


def shipped_with(old: str, new: str) -> str:
    text = SHIPPED.read_text(encoding="utf-8")
    assert old in text
    return text.replace(old, new, 1)


def test_digits_give_their_own_grade_and_x_is_ten() -> None:
    keys = {key: action.id for action in shipped_actions() for key in action.keys}

    for digit in range(10):
        assert ACTIONS[keys[str(digit)]].command(None) == SetGrade(Decimal(digit))
    assert ACTIONS[keys["X"]].command(None) == SetGrade(Decimal(10))


def test_each_unscorable_code_of_the_scheme_has_a_key() -> None:
    for code in shipped_scheme().unscorable:
        assert ACTIONS[f"unscorable.{code.code}"].command(None) == MarkUnscorable(code.code)


def test_holding_a_key_never_grades_twice() -> None:
    assert not [action.id for action in shipped_actions() if action.repeats and action.group == "Score"]


def test_grades_need_an_open_case_and_quitting_does_not() -> None:
    when = {action.id: action.when for action in shipped_actions()}

    assert when["grade.0"] is When.CASE
    assert when["room.quit"] is When.ALWAYS


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('does = "Undo"', 'does = "Undoo"', "action answer.undo.does: Undoo is no command"),
        (
            'does = "Undo"',
            'does = "Undo"\nwith = { by = 1 }',
            "with: Undo takes no by (it takes: nothing)",
        ),
        ("sites = -1", 'sites = "up"', "action focus.up.with.sites: a whole number is needed here, not a text"),
        ("with = { grade = 3 }\n", "", "action grade.3.with: grade is missing"),
        ('does = "Undo"', 'does = "OfferRegistration"', "with: no key can give what OfferRegistration needs"),
        ('does = "SetGrade"\n', "", "action grade.0.with: only a command takes values"),
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


def test_slices_and_windows_follow_the_series_of_the_first_row() -> None:
    primary = (2, "K7QM220")

    assert ACTIONS["images.slice_down"].command(primary) == Scroll(2, "K7QM220", 1)
    assert ACTIONS["images.alone_up"].command(primary) == Scroll(2, "K7QM220", -1, alone=True)
    narrower = ACTIONS["images.narrower"].command(primary)
    assert narrower is not None
    # 0 to 900, narrower by 1.15 from above: black stays black
    window = after(a_session_state(), narrower).view.grey.windows["K7QM220"]
    assert (window.low, window.high) == pytest.approx((0, 900 / 1.15))


def test_with_no_series_in_sight_there_is_nothing_to_scroll() -> None:
    assert ACTIONS["images.slice_down"].command(None) is None


def test_the_rows_key_goes_from_one_row_to_four_and_round() -> None:
    state = a_session_state()
    shown = []
    for _ in range(4):
        command = ACTIONS["images.rows"].command(None)
        assert command is not None
        state = after(state, command)
        shown.append(state.view.cells.rows_at(state.focus.feature))

    assert shown == [3, 4, 1, 2]


def test_a_grade_goes_with_the_series_in_sight() -> None:
    assert ACTIONS["grade.3"].command((1, "S1")) == SetGrade(Decimal(3), "S1")


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
