"""Keys and mouse of other viewers, and a mouse of one's own: data that is checked, each mistake told with its place."""

from __future__ import annotations

import pytest

from scoring.errors import TomlRefused
from workstation.actions.loading import shipped_actions
from workstation.actions.mouse import MOUSE, SHIPPED_MOUSE, Does, mouse_rows
from workstation.actions.own_keys import own_mouse, with_own_keys
from workstation.actions.viewers import PROFILES

FILE = "keys.toml"


@pytest.mark.parametrize("profile", PROFILES)
def test_every_profile_shipped_holds_its_checks_with_all_keys_and_the_mouse(profile: str) -> None:
    text = f'profile = "{profile}"'

    actions = with_own_keys(shipped_actions(), text, FILE)
    mouse = own_mouse(text, FILE)

    assert {action.id for action in actions} == {action.id for action in shipped_actions()}
    # by the sources that the files name, all three have the window left, pan in the middle, slices on the wheel
    plain = [mouse.does(what, shift=False, ctrl=False) for what in ("left", "middle", "wheel")]
    assert plain == [Does.WINDOW, Does.PAN, Does.SLICES]


def test_a_profile_brings_its_keys_and_own_ones_go_before_them() -> None:
    text = 'profile = "ohif"\n[keys]\n"images.reset_windows" = ["F9"]\n'

    keys = {action.id: action.keys for action in with_own_keys(shipped_actions(), text, FILE)}

    # in OHIF = fits the image
    assert keys["images.reset"] == ("=", "R")
    assert keys["images.zoom_in"] == ("+",)
    assert keys["images.reset_windows"] == ("F9",)


def test_an_own_key_that_a_profile_gave_to_another_action_is_told_as_a_conflict() -> None:
    with pytest.raises(TomlRefused, match=r"key = is used by"):
        with_own_keys(shipped_actions(), 'profile = "ohif"\n[keys]\n"images.zoom_in" = ["+", "="]\n', FILE)


def test_the_right_button_of_weasis_has_the_menu_alone_and_command_pans_in_horos() -> None:
    assert own_mouse('profile = "weasis"', FILE).does("right", shift=False, ctrl=False) is Does.NOTHING
    assert own_mouse('profile = "horos"', FILE).does("left", shift=False, ctrl=True) is Does.PAN


def test_a_gesture_of_ones_own_takes_the_place_of_the_shipped_one_and_the_rest_stay() -> None:
    mouse = own_mouse('[mouse]\nmiddle = "slices"\n"ctrl+left" = "zoom"\n', FILE)

    assert mouse.does("middle", shift=False, ctrl=False) is Does.SLICES
    assert mouse.does("left", shift=False, ctrl=True) is Does.ZOOM
    assert mouse.does("left", shift=True, ctrl=False) is Does.PAN
    # what isn't named with a key held does what its button does alone
    assert mouse.does("right", shift=True, ctrl=False) is Does.ZOOM


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('profile = "osirix"', "keys.toml: profile: no such profile; there are: ohif, horos, weasis"),
        ('[mouse]\nleftt = "pan"', "keys.toml: mouse.leftt: no such gesture"),
        ('[mouse]\nleft = "fly"', "keys.toml: mouse.left: 'fly' can't be done by it"),
        ('[mouse]\nwheel = "window"', "keys.toml: mouse.wheel: 'window' can't be done by it"),
        ('[mouse]\nleft = "zoom"', "keys.toml: mouse: nothing does 'window' any more"),
        ('[mouse]\nmiddle = "zoom"\n"shift+left" = "window"', "keys.toml: mouse: nothing does 'pan' any more"),
    ],
)
def test_a_mistake_is_refused_with_its_place_and_what_is_allowed(text: str, said: str) -> None:
    with pytest.raises(TomlRefused) as refusal:
        own_mouse(text, FILE)

    assert said in str(refusal.value)


def test_f1_and_the_page_tell_the_mouse_as_it_is() -> None:
    assert mouse_rows(SHIPPED_MOUSE) == MOUSE
    assert ("Middle drag", "Pan; also Shift and left drag") not in MOUSE
    assert ("Shift and left drag", "Pan; also middle drag") in MOUSE

    weasis = dict(mouse_rows(own_mouse('profile = "weasis"', FILE)))
    assert weasis["Ctrl and wheel"] == "Zoom"
    assert "Right drag" not in weasis
