"""The room as a picture, for machines without a display."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QElapsedTimer, QEventLoop, QSize, Qt, QTimer

from workstation.ui.reader.window.room import ReadingRoom

LIMIT_MS = 30_000
LOOK_MS = 25


def render_to_png(
    room: ReadingRoom, path: Path, size: tuple[int, int] = (1920, 1080), limit_ms: int = LIMIT_MS
) -> bool:
    """Draw the room at `size` (width, height) in pixels into a PNG file, once its images are loaded.

    Returns whether all images were loaded within `limit_ms`; the picture is written either way.

    Raises:
        OSError: the file could not be written.
    """
    room.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen, on=True)
    room.resize(QSize(*size))
    room.show()
    loaded = _wait_for_images(room, limit_ms)
    if not room.grab().save(str(path), "PNG"):
        raise OSError("the picture could not be written")
    return loaded


def _wait_for_images(room: ReadingRoom, limit_ms: int) -> bool:
    loop, clock, look = QEventLoop(), QElapsedTimer(), QTimer()

    def look_again() -> None:
        if _settled(room) or clock.elapsed() > limit_ms:
            loop.quit()

    look.timeout.connect(look_again)
    clock.start()
    look.start(LOOK_MS)
    loop.exec()
    look.stop()
    return _settled(room)


def _settled(room: ReadingRoom) -> bool:
    """Whether every image in sight is there, in the light that it stays in."""
    state = room.state
    return state is None or (room.images.all_loaded() and room.images.lights(state.case) is not None)
