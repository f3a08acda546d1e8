"""Actions of a coordinator are declared once, and a mistake in one is named with its location."""

from __future__ import annotations

import pytest

from scoring.errors import TomlRefused
from workstation.managing.actions import Usable, When, actions_from, shipped_actions
from workstation.managing.state import Managed, ManagingState, SeriesLine, SeriesStatus, Work

ONE = '[[action]]\nid = "{}"\ntitle = "T"\ngroup = "G"\nkeys = [{}]\nwhen = "{}"\n'
SERIES = SeriesLine("AAAAAAAA", "T1", "AX", 3, 12, 10, SeriesStatus.IN)
HELD = SeriesLine("AAAAAAAA", "T1", "AX", 3, 12, 10, SeriesStatus.WAITS)


def test_every_shipped_action_has_a_key_of_its_own() -> None:
    actions = shipped_actions()

    assert all(action.keys for action in actions)
    assert len({action.id for action in actions}) == len(actions)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (ONE.format("a", '"K"', "never"), "never"),
        (ONE.format("a", '"K"', "study") * 2, "action a: must stand once"),
        (ONE.format("a", "", "study"), "action a: must stand once and have a key"),
        (ONE.format("a", '"K"', "study") + ONE.format("b", '"k"', "study"), "action b: key k is used by a already"),
        (ONE.format("a", '"K"', "study") + "colour = 1\n", "colour"),
        ("[[", "keys.toml: "),
    ],
)
def test_a_mistake_in_the_key_map_is_named(text: str, message: str) -> None:
    with pytest.raises(TomlRefused, match=message):
        actions_from(text, "keys.toml")


def test_an_action_can_be_used_when_what_it_is_about_is_there_and_nothing_runs() -> None:
    study = ManagingState(study=Managed("trial", (), ()))
    busy = ManagingState(study=Managed("trial", (), ()), work=Work("Adding scans"))

    def allowed(state: ManagingState, series: SeriesLine | None) -> set[str]:
        return {when.value for when in When if Usable(state, series).allows(when)}

    assert allowed(ManagingState(), None) == {"always"}
    assert allowed(ManagingState(shut="no passphrase was given"), None) == {"always", "there"}
    assert allowed(study, None) == {"always", "there", "study"}
    assert allowed(study, SERIES) == {"always", "there", "study", "series", "blank", "undo"}
    assert allowed(study, HELD) == {"always", "there", "study", "series", "blank", "held", "undo"}
    assert allowed(busy, HELD) == {"always", "work"}
    # of what was read an area is blacked out, that is taken back, and what is excluded can count again
    assert Usable(study, SERIES, read=True, out=True).allows(When.UNDO)
    assert Usable(study, SERIES, read=True).allows(When.UNDO)
    assert Usable(study, SERIES, read=True).allows(When.BLANK)
    assert not Usable(study, SERIES, read=True).allows(When.SERIES)
