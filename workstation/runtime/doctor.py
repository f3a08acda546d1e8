"""Doctor: what this machine lacks, said before Qt could abort over it.

Standard library alone: it runs before anything is installed.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

# soname -> Debian package. Read off with `readelf -d` from PySide6_Essentials 6.11's libQt6Gui, libQt6XcbQpa
# and plugins/platforms/libqxcb.so; libraries that the wheel itself brings are left out.
_DRAWING = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
}
_X11 = {
    # a bundle leaves it to the system, since the graphics driver has it too
    "libxcb.so.1": "libxcb1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
# program -> what tests want it for, Debian package
_PROGRAMS = {
    "Xvfb": ("the tests' X server", "xvfb"),
    "xdotool": ("the tests' X server", "xdotool"),
    "cc": ("the disks and clocks that tests put under the program", "gcc libc6-dev"),
}
_FONTS = ("/usr/share/fonts/truetype", "/usr/share/fonts/opentype", "/usr/local/share/fonts")
_FONT_PACKAGE = "fonts-dejavu-core"


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that isn't here, what for, and the Debian package that brings it."""

    what: str
    purpose: str
    package: str


def _loads(soname: str) -> bool:
    try:
        ctypes.CDLL(soname)
    except OSError:
        return _is_in_the_bundle(soname)
    return True


def _is_in_the_bundle(soname: str) -> bool:
    """Whether the bundle brings it: then it fails for want of another library, which is named itself."""
    folder = getattr(sys, "_MEIPASS", "")
    return bool(folder) and Path(folder, soname).is_file()


def _has_fonts() -> bool:
    homes = (*map(Path, _FONTS), Path("~/.local/share/fonts").expanduser(), Path("~/.fonts").expanduser())
    return any(folder.is_dir() and any(folder.iterdir()) for folder in homes)


def lacks(
    *,
    testing: bool = False,
    loads: Callable[[str], bool] = _loads,
    finds: Callable[[str], str | None] = shutil.which,
    has_fonts: Callable[[], bool] = _has_fonts,
    environment: Mapping[str, str] | None = None,
) -> tuple[Lack, ...]:
    """What is missing to draw the reading room here; with `testing`, also for the tests.

    Only Linux needs looking: on Windows and macOS Qt's wheel brings all it needs.
    """
    if sys.platform != "linux":
        return ()
    wanted_x11 = testing or has_display(os.environ if environment is None else environment)
    found = [Lack(name, "drawing any window", package) for name, package in _DRAWING.items() if not loads(name)]
    if wanted_x11:
        found += [Lack(name, "a window under X11", package) for name, package in _X11.items() if not loads(name)]
    if not has_fonts():
        found.append(Lack("a font", "writing text", _FONT_PACKAGE))
    if testing:
        found += [Lack(name, use, package) for name, (use, package) in _PROGRAMS.items() if not finds(name)]
    return tuple(found)


def apt_line(found: Sequence[Lack]) -> str:
    """The one command that brings everything in `found` on Debian and its children."""
    return "apt-get install -y --no-install-recommends " + " ".join(sorted({lack.package for lack in found}))


def in_words(found: Sequence[Lack]) -> str:
    """One line for a person: what is missing and how to get it."""
    return f"missing on this machine: {', '.join(lack.what for lack in found)}. Install with: sudo {apt_line(found)}"


def has_display(environment: Mapping[str, str]) -> bool:
    """Whether a window can be shown: Qt told to draw off screen, or no server answering, means no."""
    if environment.get("QT_QPA_PLATFORM", "").partition(":")[0] in {"offscreen", "minimal", "vnc"}:
        return False
    if sys.platform != "linux":
        return True
    if environment.get("WAYLAND_DISPLAY"):
        return True
    return bool(environment.get("DISPLAY")) and _x_server_answers(environment["DISPLAY"])


def _x_server_answers(display: str) -> bool:
    # DISPLAY may be left over from a session that has ended; Qt would abort on it
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True  # the missing library is reported by name, and that is the better message
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.POINTER(ctypes.c_int)]
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(display.encode(), None)
    failed = bool(xcb.xcb_connection_has_error(connection))
    if failed:
        xcb.xcb_disconnect(connection)
    # else it stays open: a bare X server starts anew when its last client goes, and Qt would find no server meanwhile
    return not failed
