"""Mouse of the reading room as data: what each drag and the wheel do, and the same in words for F1 and the key page.

A gesture is a button or the wheel, with Shift or Ctrl held or without: "left", "shift+left", "ctrl+wheel". A click
without a drag stays what it is: the cursor by the left button, the menu by the right one, with Alt the site there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from types import MappingProxyType
from typing import Final

from msgspec import Struct, field

from scoring.toml_file import TomlLocation


class Does(Enum):
    """What a drag or the wheel does."""

    WINDOW = "window"
    PAN = "pan"
    ZOOM = "zoom"
    SLICES = "slices"
    SLICES_ALONE = "slices-alone"
    NOTHING = "nothing"


BUTTONS: Final = ("left", "middle", "right")
WHEEL: Final = "wheel"
HELD: Final = ("", "shift+", "ctrl+")
GESTURES: Final = tuple(f"{held}{what}" for what in (WHEEL, *BUTTONS) for held in HELD)
_OF_THE_WHEEL: Final = frozenset({Does.SLICES, Does.SLICES_ALONE, Does.ZOOM, Does.NOTHING})
_OF_A_DRAG: Final = frozenset({Does.WINDOW, Does.PAN, Does.ZOOM, Does.SLICES, Does.NOTHING})
# without these an image can't be read by the mouse
_NEEDED: Final = (Does.SLICES, Does.WINDOW, Does.PAN, Does.ZOOM)

_SHIPPED: Final[Mapping[str, Does]] = MappingProxyType(
    {
        "wheel": Does.SLICES,
        "shift+wheel": Does.SLICES_ALONE,
        "ctrl+wheel": Does.ZOOM,
        "left": Does.WINDOW,
        "shift+left": Does.PAN,
        "middle": Does.PAN,
        "right": Does.ZOOM,
    }
)


class Mouse(Struct, frozen=True):
    """What each gesture does; one that isn't named does what its button does alone, and else nothing."""

    gestures: Mapping[str, Does] = field(default_factory=lambda: _SHIPPED)

    def does(self, what: str, *, shift: bool, ctrl: bool) -> Does:
        """What a button or the wheel does with what is held."""
        held = "ctrl+" if ctrl else "shift+" if shift else ""
        return self.gestures.get(f"{held}{what}", self.gestures.get(what, Does.NOTHING))


SHIPPED_MOUSE: Final = Mouse()


def with_gestures(mouse: Mouse, changes: Mapping[str, str], location: TomlLocation) -> Mouse:
    """The mouse with other gestures, by their names as they stand in a file.

    Raises:
        TomlRefused: a gesture or what it does isn't known, the wheel can't do it or a drag can't, or nothing is left
            that goes through the slices, sets the window, pans or zooms.
    """
    known = {one.value: one for one in Does}
    gestures = dict(mouse.gestures)
    for name, wanted in changes.items():
        here = location.at(name)
        if name not in GESTURES:
            here.refuse(f"no such gesture; there are: {', '.join(GESTURES)}")
        allowed = _OF_THE_WHEEL if name.endswith(WHEEL) else _OF_A_DRAG
        if wanted not in known or known[wanted] not in allowed:
            here.refuse(f"{wanted!r} can't be done by it; it can: {', '.join(sorted(one.value for one in allowed))}")
        gestures[name] = known[wanted]
    for needed in _NEEDED:
        if needed not in gestures.values():
            location.refuse(f"nothing does {needed.value!r} any more: give it a gesture, or leave it the one it has")
    return Mouse(MappingProxyType(gestures))


def mouse_rows(mouse: Mouse) -> tuple[tuple[str, str], ...]:
    """(what is done, what comes of it), as it is in the images."""
    return (*_drags(mouse), *_FIXED)


def _drags(mouse: Mouse) -> Iterator[tuple[str, str]]:
    for does, words in _WORDS.items():
        names = [_named(name) for name in GESTURES if mouse.gestures.get(name) is does]
        if names:
            also = f"; also {', '.join(_lower(name) for name in names[1:])}" if names[1:] else ""
            yield names[0], f"{words}{also}"


def _named(gesture: str) -> str:
    *held, what = gesture.split("+")
    plain = "wheel" if what == WHEEL else f"{what} drag"
    words = f"{held[0].title()} and {plain}" if held else plain
    return words[0].upper() + words[1:]


def _lower(name: str) -> str:
    return name if name.startswith(("Shift", "Ctrl")) else name[0].lower() + name[1:]


_WORDS: Final = MappingProxyType(
    {
        Does.SLICES: "Slices of both visits",
        Does.SLICES_ALONE: "Slices of this visit alone",
        Does.WINDOW: "Window: across width, up and down level",
        Does.PAN: "Pan",
        Does.ZOOM: "Zoom",
    }
)
_FIXED: Final = (
    ("Click", "Put the cursor there, in every plane"),
    ("Alt and click", "Go to the site there, in the table"),
    ("Double click", "This image alone, or all again"),
    ("Right click", "Menu of the image: series by name"),
    ("Pointer", "Value of the pixel under it"),
)

MOUSE: Final = mouse_rows(SHIPPED_MOUSE)
