"""Processes to be killed or starved: each line on stdin makes one, and what it acknowledges comes out on stdout.

One process imports everything once and forks for each order, so that a thousand kills take minutes. Orders are JSON:
{"do": "enter" | "room" | "backup" | "open", "study": FOLDER, "reader": ID, "case": CODE, "grade": G, "answers": N}.
After each, "ended STATUS" follows, the negative number of the signal when it was killed.
"""

from __future__ import annotations

import io
import json
import os
import sqlite3
import sys
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from scoring.readings.order import keys_in_reading_order
from scoring.readings.park_reasons import park_reasons
from scoring.readings.reading import Graded
from storage.files.window_lock import sole_window
from storage.handover.hand_over import hand_over
from storage.recovery.backup import back_up
from storage.study.reader import ReaderStudy
from storage.vault import sealed_file
from tests.builders.studies import as_it_is
from tests.fakes.images import BlankImages
from tests.torture.disk import FaultyDisk, Mode
from workstation.cli import main
from workstation.reading.session.session import LastSave
from workstation.reading.wording import site_of  # noqa: F401 - what the room needs is imported before the fork
from workstation.ui.reader.window.room import ReadingRoom

Order = dict[str, Any]
# far more than any save makes
MOST_CALLS = 99
GRADED_3 = str(Graded(Decimal(3)))


def say(line: str) -> None:
    """One line in one write, so that a kill leaves it whole or absent."""
    os.write(1, f"{line}\n".encode())


def enter(order: Order) -> None:
    """`ramris enter` with so many lines of one grade; acknowledges `ok N` as it does for everybody."""
    study = ReaderStudy.open(Path(order["study"]), order["reader"])
    keys = keys_in_reading_order(study.scheme)[: order["answers"]]
    study.close()
    lines = "".join(f"{order['case']},{key.visit},{key.feature},{key.site},{order['grade']}\n" for key in keys)
    sys.stdin = io.TextIOWrapper(io.BytesIO(lines.encode()))
    if main(["enter", order["study"], "--reader", order["reader"]]) != 0:
        os._exit(3)


def room(order: Order) -> None:
    """The reading room, where the grade is typed so many times; acknowledges what it shows as saved, and its place."""
    application = QApplication([])
    with sole_window(Path(order["study"])), ReaderStudy.open(Path(order["study"]), order["reader"]) as study:
        window = _shown(study)
        for _ in range(order["answers"]):
            press(window, order["grade"])
        window.close()
    application.quit()
    back_up(Path(order["study"]))


def starve(order: Order) -> None:
    """The room on a disk that fails at each call of a save in turn, in each way; then it is well and goes on.

    Says a line of JSON for each: what failed, what the room showed, and what a fresh look at the disk finds.
    """
    application = QApplication([])
    disk, study, case = FaultyDisk.of_this_process(), Path(order["study"]), order["case"]
    with ReaderStudy.open(study, order["reader"], busy_timeout_ms=100) as door:
        window = _shown(door)
        for error, mode in order["ways"]:
            at, spared = 1, False
            # beyond the last call of a save nothing fails any more
            while not spared:
                told = _starved_press(window, study, case, disk, partial(disk.order, Mode(mode), at, error))
                say(json.dumps(told | {"error": error, "at": at, "again": _well_press(window)}))
                spared = int(told["calls"]) < at or at > MOST_CALLS
                at += 1
        window.close()
    application.quit()


def _shown(door: ReaderStudy) -> ReadingRoom:
    window = ReadingRoom(door, make_images=BlankImages)
    window.show()
    window.activateWindow()
    if not QTest.qWaitForWindowActive(window):
        os._exit(6)
    return window


def _starved_press(window: ReadingRoom, study: Path, case: str, disk: FaultyDisk, fail: Callable[[], None]) -> Order:
    session = window.case.session
    before = window.state
    if session is None or before is None:
        os._exit(4)
    key = before.focus.key
    old = before.reading.answer(key)
    fail()
    wanted = 2 if getattr(old, "grade", 1) == 1 else 1
    QTest.keyClick(window, Qt.Key(Qt.Key.Key_0 + wanted))
    calls = disk.seen
    disk.heal()
    now = window.state
    if now is None:
        os._exit(4)
    with ReaderStudy.open(study, "ES") as fresh:
        stored = fresh.reading(case).answer(key)
    return {
        "calls": calls,
        "saved": session.last_save is LastSave.SAVED,
        "notice": now.notice.text if now.notice is not None else "",
        "shown": str(now.reading.answer(key)),
        "stored": str(stored),
        "old": str(old),
        "moved": now.focus.key != key,
    }


def _well_press(window: ReadingRoom) -> str:
    """Type the next grade on a disk that is well: saved when it is saved and shown, else what the room says."""
    before = window.state
    QTest.keyClick(window, Qt.Key.Key_3)
    now = window.state
    if before is None or now is None or window.case.session is None:
        os._exit(4)
    if window.case.session.last_save is LastSave.SAVED and str(now.reading.answer(before.focus.key)) == GRADED_3:
        QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        return "saved"
    return now.notice.text if now.notice is not None else "nothing was said"


def press(window: ReadingRoom, grade: int) -> None:
    """Type one grade; say what came of it."""
    before = window.state
    QTest.keyClick(window, Qt.Key(Qt.Key.Key_0 + grade))
    now = window.state
    if before is None or now is None:
        os._exit(4)
    key, focus = before.focus.key, now.focus
    notice = now.notice.text if now.notice is not None and now.notice.refused else ""
    shown = now.reading.answer(key)
    if window.case.session is not None and window.case.session.last_save is LastSave.FAILED:
        say(f"refused {key.visit} {key.feature} {key.site} {shown} {notice}")
    else:
        # the same grade again is no change and needs no save, but the focus moves on
        say(f"saved {key.visit} {key.feature} {key.site} {getattr(shown, 'grade', '')}")
        say(f"place {focus.visit} {focus.feature} {focus.site}")


def backup(order: Order) -> None:
    """A backup."""
    made = back_up(Path(order["study"]))
    say("made" if made is None else f"made {made.file.name}")


def open_(order: Order) -> None:
    """Open the study, which brings it to this program's schema."""
    ReaderStudy.open(Path(order["study"]), order["reader"]).close()
    say("opened")


def sign(order: Order) -> None:
    """Sign a case; acknowledges with the head that the signature stands at."""
    with ReaderStudy.open(Path(order["study"]), order["reader"]) as study:
        answers = {finding.id: "seen" for finding in study.signing_sheet(order["case"]).findings}
        say(f"signed {study.sign(order['case'], answers).head}")


def command(order: Order) -> None:
    """A command as it is typed; acknowledges with its exit status."""
    # the cost of a guess is no matter here, and would be most of the time
    sealed_file._COST["memory_kib"] = 64
    os.environ.update(order.get("environment", {}))
    sys.stdin = io.TextIOWrapper(io.BytesIO(order.get("stdin", "").encode()))
    status = main(order["typed"])
    say(f"done {status}")


def park(order: Order) -> None:
    """Put a case aside."""
    with ReaderStudy.open(Path(order["study"]), order["reader"]) as study:
        study.park(order["case"], park_reasons()[0].code)
    say("parked")


def hand(order: Order) -> None:
    """The readers' copies; the headers of their images, which are none, stay as they are."""
    hand_over(Path(order["study"]), Path(order["out"]), as_it_is)
    say("handed")


def plain(order: Order) -> None:
    """So many rows by sqlite3 alone, in the journal mode that is asked for; acknowledges each."""
    connection = sqlite3.connect(order["file"], isolation_level=None)
    connection.execute(f"PRAGMA journal_mode = {order['journal']}")
    connection.execute("PRAGMA synchronous = full")
    for number in range(1, order["answers"] + 1):
        connection.execute("INSERT INTO row (seq, text) VALUES (?, ?)", (number, "some words " * number))
        say(f"ok {number}")


VICTIMS = {
    "plain": plain,
    "command": command,
    "park": park,
    "hand_over": hand,
    "sign": sign,
    "enter": enter,
    "room": room,
    "backup": backup,
    "open": open_,
    "starve": starve,
}


def _run(order: Order) -> int:
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        try:
            VICTIMS[order["do"]](order)
        except BaseException as error:  # noqa: BLE001 - the child must end here, whatever happened in it
            say(f"raised {type(error).__name__}: {error}")
            os._exit(5)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def serve() -> None:
    """Do what stdin says until it ends."""
    import storage.migrations  # noqa: F401, PLC0415 - Alembic too is imported before the first fork

    for line in sys.stdin:
        say(f"ended {_run(json.loads(line))}")


if __name__ == "__main__":
    serve()
