"""The reading room in its window until that is closed, or as a picture."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, cast

from workstation.actions.action import Action
from workstation.actions.mouse import SHIPPED_MOUSE, Mouse
from workstation.errors import EnvironmentLacks, UsageRefused
from workstation.reading.preferences import Keeper
from workstation.reading.session.session import Door
from workstation.ui.reader.images.panel import ImagesPanel
from workstation.ui.reader.keys.profiles import KeysOf, shipped_keys
from workstation.ui.reader.window.main_window import RoomWindow
from workstation.ui.reader.window.render import render_to_png
from workstation.ui.reader.window.room import open_room
from workstation.ui.reader.window.session_end import Leaving
from workstation.ui.shared import guard
from workstation.ui.shared.application import the_application

if TYPE_CHECKING:
    from storage.study.calibrating.stand import Stand
    from workstation.fetching.while_reading import WhileReading
    from workstation.ui.reader.window.sent_line import Posted

PICTURE_SIZE = (1920, 1080)
MINUTE_MS = 60_000
NOT_THERE = "The picture can't be written there. Give the name of a .png file in a folder of yours"


def show(
    window: RoomWindow,
    door: Door,
    actions: tuple[Action, ...] | None = None,
    warning: str = "",
    preferences: Keeper | None = None,
    *,
    cover_minutes: int = 0,
    damage: Callable[[], str | None] = lambda: None,
    save_sheet: Callable[[str], str] | None = None,
    calibration: Callable[[str], Stand | None] | None = None,
    mouse: Mouse = SHIPPED_MOUSE,
    keys_of: KeysOf = shipped_keys,
    posted: Posted | None = None,
) -> int:
    """Show the room in `window` until it is closed, with the user's own keys and a warning where given.

    cover_minutes: without a key or the mouse, until it is covered; 0 never. damage: see `guard.install`. save_sheet:
    writes the read sheet of a signed case, and says where. calibration: how a signed case lies to the reference, in a
    study that is for learning. mouse: what it does over an image. keys_of: both, of a profile that is chosen in the
    room. posted: what sends what is read, if anything does. Returns Qt's status.
    """
    window.images.take_mouse(mouse)
    room = open_room(door, actions=actions, preferences=preferences, make_images=lambda: window.images)
    room.closer.save_sheet = save_sheet
    room.profiles.keys_of = keys_of
    if calibration is not None:
        room.closer.calibration = calibration
    guard.install(room.tell, damage)
    if warning and room.state is not None and room.state.notice is None:
        # what the room itself has to say, that nothing can be saved here for one, is worth more
        room.tell(warning)
    window.take(room)
    Leaving(window.application, room)
    if posted is not None:
        # made where a server was named, and there alone
        from workstation.ui.reader.window.sent_line import SentLine  # noqa: PLC0415 - see above

        SentLine(room, posted)
    if cover_minutes:
        # few rooms are covered, and this is on the way to the first key
        from workstation.ui.reader.window.cover import Guarded, SessionCover  # noqa: PLC0415 - see above

        SessionCover(window.application, window, cast("Guarded", door), cover_minutes * MINUTE_MS)
    # it may have been closed while the room was made
    return window.application.exec() if window.isVisible() else 0


def draw(door: Door, png: Path, apart: WhileReading | None = None) -> None:
    """Write a picture of the room, without a display.

    Raises:
        UsageRefused: the picture can't be written there.
        EnvironmentLacks: the images weren't loaded in time; the picture was written without them.
    """
    if png.is_dir() or not png.parent.is_dir():
        # before the room is opened, which keeps a place
        raise UsageRefused(NOT_THERE)
    with guard.quiet_qt():
        loaded = _drawn(door, png, apart)
    if loaded is None:
        raise UsageRefused(NOT_THERE)
    if not loaded:
        raise EnvironmentLacks("the images were not loaded in time; the picture shows the room without them. Try again")


def _drawn(door: Door, png: Path, apart: WhileReading | None) -> bool | None:
    """Whether the picture was written with all images; None where it couldn't be written."""
    the_application()
    room = open_room(door, make_images=lambda: ImagesPanel(apart=apart))
    try:
        return render_to_png(room, png, PICTURE_SIZE)
    except OSError:
        return None
    finally:
        room.close()
