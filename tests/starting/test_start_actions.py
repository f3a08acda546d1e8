"""The table of what can be begun, and what it refuses."""

import pytest

from scoring.errors import TomlRefused
from workstation.starting.actions import actions_from, shipped_actions

ONE = '[[action]]\nid = "demo"\nkey = "D"\ntitle = "Demo"\nsays = "A pair"\nicon = "hand"\n'


def test_the_shipped_actions_are_what_the_window_promises() -> None:
    assert [action.id for action in shipped_actions()] == [
        "study.read",
        "study.manage",
        "study.new",
        "scans.look",
        "demo",
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[action]", "actions.toml"),
        (ONE.replace("icon", "picture"), "unknown key picture"),
        (ONE + ONE, "action demo: stands twice"),
        (ONE + ONE.replace('"demo"', '"other"').replace('"D"', '"d"'), "key d is used by another action"),
    ],
)
def test_a_mistake_is_told_with_its_place(text: str, says: str) -> None:
    with pytest.raises(TomlRefused) as told:
        actions_from(text, "actions.toml")

    assert says in str(told.value)
