"""Three sites: readers with windows read one study at once while their server is killed and started ten times.

`python -m tests.torture.three_sites [--kills N] [--round-trip-ms N]`. Each window is a process on a screen of its own
 (Xvfb where it is there), and talks over TLS to a relay with that delay. It ends with what was graded, sent,
merged and audited.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest

from storage.audit.verification import audit
from storage.server.coming_home import bring_home
from storage.study.coordinator import CoordinatorStudy
from tests.builders.editions import rows
from tests.builders.servers.delay import delayed
from tests.builders.servers.hub import Hub, hub
from tests.builders.servers.postgresql import postgresql
from tests.exchange.sample_study import a_study_of_the_sample
from workstation.app.servers.passwords import DATABASE_VARIABLE
from workstation.app.studies import hand_over
from workstation.cli import main as ramris
from workstation.ui.reader.window import launch
from workstation.ui.reader.window.main_window import RoomWindow
from workstation.ui.reader.window.room import ReadingRoom

READERS = ("AD", "BE", "CO")
EACH_MS = 400
PATIENCE_S = 300


def say(line: str) -> None:
    """A line for the terminal."""
    sys.stdout.write(f"{line}\n")


def main() -> int:
    """Read, kill, compare; 0 where nothing was lost and nothing doubled."""
    options = _options()
    if options.reader:
        return _reader(options.copy, options.reader, options.url, options.ca, options.grades)
    with tempfile.TemporaryDirectory() as name, postgresql() as server, hub(server, READERS) as meeting:
        folder = Path(name)
        study = folder / "study"
        a_study_of_the_sample(study, READERS[0])
        with CoordinatorStudy.open(study) as opened:
            for seed, reader in enumerate(READERS[1:], 2):
                opened.assign(reader, seed=seed)
        copies = {reader: folder / reader for reader in READERS}
        for reader, copy in copies.items():
            hand_over(study, copy, reader, ("A. Nobody", "looked at all"), seen=True, anyway=False)
            meeting.put(study, copy)
        with delayed(server.port, options.round_trip_ms / 2000) as port, ExitStack() as screens:
            readers = {
                reader: _started(meeting, reader, copy, (port, options.grades, screens.enter_context(_display())))
                for reader, copy in copies.items()
            }
            dice = random.Random(20)
            for _ in range(options.kills):
                time.sleep(dice.uniform(1, 4))
                server.kill()
                time.sleep(dice.uniform(0.2, 2))
                server.start()
            ended = {reader: process.wait(PATIENCE_S) for reader, process in readers.items()}
        say(f"windows ended with {ended}; server killed and started {options.kills} times")
        return _compared(meeting, study, copies)


def _compared(meeting: Hub, study: Path, copies: dict[str, Path]) -> int:
    wrong = 0
    with meeting.connect() as server:
        for reader, copy in copies.items():
            shown = Path(f"{copy}.shown").read_text("utf-8").split()
            here = rows(copy, "SELECT seq, hash FROM event ORDER BY seq")
            there = server.rows(
                "SELECT r.seq, r.hash FROM ramris.received r JOIN ramris.copy c USING (token) "
                "WHERE c.reader = %s AND r.chain = 'event' ORDER BY r.seq",
                [reader],
            )
            wrong += here != there or len(here) != len(shown)
            say(f"{reader}: {len(shown)} grades shown as saved, {len(here)} in the copy, {len(there)} on the server")
        home = bring_home(study, server)
    say(f"merged {[item.answers for item in home.merged]}, refused {list(home.refused)}")
    say(f"audit: {audit(study).events} answers, the record is intact")
    return 1 if wrong or home.refused else 0


def _started(meeting: Hub, reader: str, copy: Path, how: tuple[int, int, dict[str, str]]) -> subprocess.Popen[bytes]:
    port, grades, screen = how
    address = meeting.address(reader, port)
    given = [
        "--reader",
        reader,
        "--copy",
        str(copy),
        "--url",
        address.name,
        "--ca",
        address.ca,
        "--grades",
        str(grades),
    ]
    environment = (
        os.environ
        | screen
        | {
            DATABASE_VARIABLE: meeting.logins[reader].password,
            "RAMRIS_CONFIG": f"{copy}.own",
            "RAMRIS_DATA": f"{copy}.data",
        }
    )
    return subprocess.Popen([sys.executable, "-m", "tests.torture.three_sites", *given], env=environment)


@contextmanager
def _display() -> Iterator[dict[str, str]]:
    """A screen of a reader's own, where Xvfb is there; what a process must know of it."""
    program = shutil.which("Xvfb")
    if program is None:
        say("Xvfb isn't here: the window is offscreen")
        yield {"QT_QPA_PLATFORM": "offscreen"}
        return
    taken, given = os.pipe()
    command = [program, "-displayfd", str(given), "-screen", "0", "1920x1080x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[given], stderr=subprocess.DEVNULL) as screen:
        os.close(given)
        number = os.read(taken, 16).decode().strip()
        try:
            yield {"DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb"}
        finally:
            screen.terminate()


def _reader(copy: Path, reader: str, url: str, ca: Path, grades: int) -> int:
    """One window, read by keys; each grade that it shows as saved is written down beside the copy."""
    ledger = Path(f"{copy}.shown")
    show = launch.show

    def press(window: RoomWindow, timer: QTimer, pressed: list[int]) -> None:
        room = window.centralWidget()
        assert isinstance(room, ReadingRoom)
        before = room.state.reading if room.state is not None else None
        if len(pressed) >= grades:
            timer.stop()
            window.close()
            return
        if not room.isActiveWindow():
            # nobody manages windows on this screen
            window.activateWindow()
            return
        if not pressed:
            # the tour of a reader's first day
            QTest.keyClick(room, Qt.Key.Key_Escape)
        pressed.append(1)
        QTest.keyClick(room, Qt.Key.Key_1)
        if room.state is not None and room.state.reading != before and not room.case.unsaved:
            with ledger.open("a", encoding="utf-8") as shown:
                shown.write(f"{len(pressed)}\n")

    def shown_and_read(window: RoomWindow, *given: object, **named: object) -> int:
        timer, pressed = QTimer(window), list[int]()
        timer.setInterval(EACH_MS)
        timer.timeout.connect(lambda: press(window, timer, pressed))
        QTimer.singleShot(2000, timer.start)
        return show(window, *given, **named)  # type: ignore[arg-type]

    launch.show = shown_and_read
    return ramris(["read", str(copy), "--reader", reader, "--to", url, "--ca", str(ca)])


def _options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--round-trip-ms", type=float, default=40)
    parser.add_argument("--grades", type=int, default=80)
    # of one window
    parser.add_argument("--reader", default="")
    parser.add_argument("--copy", type=Path)
    parser.add_argument("--url", default="")
    parser.add_argument("--ca", type=Path)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
