"""Icons of both windows: Lucide's drawings in our colours, sharp at any size and any density of pixels.

Drawn when they are first seen, so that opening a window waits for none of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractButton

from scoring.toml_file import shipped_toml
from workstation.ui.shared import theme

PACKAGE, FOLDER = "workstation.ui.shared", "lucide"
# what Qt asks for: menus and buttons on screens of single, one-and-a-half, double and triple density
SIZES_PX = (16, 32, 48)
_DRAWN = "drawn icon"
READER, COORDINATOR = "reader", "coordinator"


def icon(name: str, colour: str = "") -> QIcon:
    """The icon of that name, in the colour of text where none is given; Qt dims it on what is disabled.

    KeyError: there is no such picture.
    """
    return _made(name, colour or theme.TEXT)


@cache
def _made(name: str, colour: str) -> QIcon:
    made = QIcon()
    for size in SIZES_PX:
        made.addPixmap(pixmap(name, size, colour))
    return made


def pixmap(name: str, size_px: int, colour: str = "", ratio: float = 1.0) -> QPixmap:
    """The picture itself, `size_px` wide in the units of widgets, on a screen with `ratio` pixels a unit."""
    from PySide6.QtSvg import QSvgRenderer  # noqa: PLC0415 - the first picture of the room needs none

    renderer = QSvgRenderer(QByteArray(_svg(name).replace("currentColor", colour or theme.TEXT).encode()))
    side = round(size_px * ratio)
    made = QPixmap(side, side)
    made.fill(Qt.GlobalColor.transparent)
    with QPainter(made) as painter:
        renderer.render(painter, QRectF(0, 0, side, side))
    made.setDevicePixelRatio(ratio)
    return made


def icon_of(action_id: str, window: str) -> QIcon | None:
    """The icon of an action of the reader's or the coordinator's window; None where it has none."""
    name = of_actions()[window].get(action_id)
    return None if name is None else icon(name)


def put(button: QAbstractButton, name: str, role: str = "TEXT") -> None:
    """Put an icon on a button, in the theme's colour of that role, also when another theme is worn later."""
    button.setProperty(_DRAWN, (name, role))
    button.setIcon(icon(name, getattr(theme, role)))


def put_anew(button: QAbstractButton) -> None:
    """Draw the icon of a button in the colours that are worn now."""
    drawn = button.property(_DRAWN)
    if drawn:
        put(button, *drawn)


def give(button: QAbstractButton, action_id: str, window: str = COORDINATOR) -> None:
    """Put the icon of an action on a button that does it."""
    picture = icon_of(action_id, window)
    if picture is not None:
        button.setIcon(picture)


@cache
def of_actions() -> Mapping[str, Mapping[str, str]]:
    """Window -> action -> icon, as actions.toml says."""
    return MappingProxyType(shipped_toml(PACKAGE, f"{FOLDER}/actions.toml", dict[str, dict[str, str]]))


@cache
def _svg(name: str) -> str:
    file = files(PACKAGE).joinpath(FOLDER, f"{name}.svg")
    if not file.is_file():
        raise KeyError(name)
    return file.read_text("utf-8")
