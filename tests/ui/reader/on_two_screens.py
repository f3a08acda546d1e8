"""Room on two screens, in a process that has them: prints JSON.

A platform without windows has the screens that a file tells; the file is read when Qt starts, so each test of it is a
process. A screen that is unplugged is Qt's signal of it, since this platform can't lose one.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

SCREENS = [
    {"name": "left", "x": 0, "y": 0, "width": 1920, "height": 1080, "logicalDpi": 96},
    # twice as dense: 1600 x 1200 of our pixels
    {"name": "right", "x": 1920, "y": 0, "width": 3200, "height": 2400, "logicalDpi": 192, "logicalBaseDpi": 96},
]


def main(folder: Path) -> None:
    """Open a room, and take the form apart and back in each way there is."""
    file = folder / "screens.json"
    file.write_text(json.dumps({"screens": SCREENS}), encoding="utf-8")
    os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={file}"

    from PySide6.QtCore import Qt  # noqa: PLC0415 - the platform is named before Qt is there
    from PySide6.QtTest import QTest  # noqa: PLC0415
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415

    from tests.builders.cases import a_case, with_pixels  # noqa: PLC0415
    from tests.fakes.doors import MemoryDoor  # noqa: PLC0415
    from workstation.reading.preferences import OfThisSession, Preferences  # noqa: PLC0415
    from workstation.ui.reader.window.opened_case import OpenedCase  # noqa: PLC0415
    from workstation.ui.reader.window.room import ReadingRoom  # noqa: PLC0415

    application = QApplication([])
    (folder / "images").mkdir()
    door = MemoryDoor(with_pixels(a_case("K7QM2", images=folder / "images")))
    kept = OfThisSession(Preferences(toured=True))
    # what comes of a registration comes when it comes, and pictures are compared
    OpenedCase.register = lambda _case: None  # type: ignore[method-assign,assignment] # this process
    room = ReadingRoom(door, preferences=kept)
    room.setGeometry(application.primaryScreen().availableGeometry())
    room.show()

    def settle() -> None:
        # after the first key the light that a case opens with stays, so the same picture only once it was there
        for _ in range(2000):
            QTest.qWait(10)
            if room.state is not None and room.images.all_loaded() and room.images.lights(room.state.case) is not None:
                break
        QTest.qWait(30)

    def look() -> dict[str, object]:
        window, state = room.form.window(), room.state
        return {
            "window": "room" if window is room else "own",
            "screen": window.screen().name(),
            "visible": room.form.isVisible(),
            "wide": room.form.width(),
            "drawing": room.form.diagram.height(),
            "density": room.form.devicePixelRatioF(),
            "sign": room.form._saved_sign.pixmap().devicePixelRatio(),
            "images": room.images.width(),  # type: ignore[attr-defined] # the panel is a widget
            "kept": kept.load().form_apart,
            "focus": state.focus.site if state is not None else "",
            "grades": len(state.past) if state is not None else 0,
        }

    def form_key() -> None:
        QTest.keyClick(room, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)

    def steps() -> Iterator[tuple[str, Callable[[], object]]]:
        yield "beginning", lambda: QTest.keyClick(room, Qt.Key.Key_Down)
        yield "apart", form_key
        # the key reaches the reading whichever window has the keyboard
        yield "graded there", lambda: QTest.keyClick(room.form.window(), Qt.Key.Key_2)
        yield (
            "back by the key",
            lambda: QTest.keyClick(room.form.window(), Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier),
        )
        yield "apart again", form_key
        yield "unplugged", lambda: application.screenRemoved.emit(application.screens()[1])
        yield "plugged in", lambda: application.screenAdded.emit(application.screens()[1])
        yield "closed by its frame", lambda: room.form.window().close()

    seen = {}
    settle()
    for name, act in steps():
        act()
        settle()
        seen[name] = look()
        if name in {"graded there", "back by the key"}:
            room.grab().save(str(folder / f"{name}, images.png"))
            room.form.window().grab().save(str(folder / f"{name}, form.png"))
    room.close()
    sys.stdout.write(json.dumps(seen))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
