from __future__ import annotations

import pytest

from scoring.errors import TomlRefused
from workstation.actions.card import as_html
from workstation.actions.loading import shipped_actions
from workstation.actions.own_keys import with_own_keys


def test_a_user_s_key_takes_the_place_of_the_shipped_one_and_the_rest_stay() -> None:
    actions = with_own_keys(shipped_actions(), '[keys]\n"images.width" = ["Shift+C", "F9"]\n', "keys.toml")

    by_id = {action.id: action.keys for action in actions}
    assert by_id["images.width"] == ("Shift+C", "F9")
    assert {name: keys for name, keys in by_id.items() if name != "images.width"} == {
        action.id: action.keys for action in shipped_actions() if action.id != "images.width"
    }


def test_two_actions_can_change_their_keys_with_each_other() -> None:
    text = '[keys]\n"images.width" = ["Y"]\n"images.depth" = ["M"]\n'

    by_id = {action.id: action.keys for action in with_own_keys(shipped_actions(), text, "keys.toml")}

    assert (by_id["images.width"], by_id["images.depth"]) == (("Y",), ("M",))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[keys]\n"images.width" = ["Y"]', "used by"),
        ('[keys]\n"images.width" = ["3"]', "digits grade"),
        ('[keys]\n"grade.3" = ["F3"]', "digits always grade"),
        ('[keys]\n"images.wdith" = ["F9"]', "images.wdith: there is no such action"),
        ('[keys]\n"images.width" = []', "has no key"),
        ('[keys]\n"images.width" = [" "]', "an empty key"),
        ('[keys]\n"images.width" = "F9"', "keys.toml"),
        ("[kyes]", "kyes"),
        ("[keys", "keys.toml"),
    ],
)
def test_a_mistake_is_refused_with_file_and_place(text: str, said: str) -> None:
    with pytest.raises(TomlRefused) as refusal:
        with_own_keys(shipped_actions(), text, "keys.toml")

    assert str(refusal.value).startswith("keys.toml: ")
    assert said in str(refusal.value)


def test_the_card_to_print_has_every_action_and_asks_nothing_from_elsewhere() -> None:
    page = as_html(shipped_actions())

    for action in shipped_actions():
        assert action.title.replace("'", "&#x27;") in page
    assert "http" not in page
    assert "<script" not in page


def test_keys_of_an_action_that_is_gone_are_left_out_and_the_file_still_holds() -> None:
    text = (
        '[keys]\n"answer.unsure_last" = ["Shift+U"]\n"answer.note_last" = ["Ctrl+Shift+N"]\n"images.width" = ["F9"]\n'
    )

    by_id = {action.id: action.keys for action in with_own_keys(shipped_actions(), text, "keys.toml")}

    assert by_id["images.width"] == ("F9",)
    assert not {"answer.unsure_last", "answer.note_last"} & set(by_id)
