"""Three sites: scans from an Orthanc, read at once by readers with windows while their server is killed ten times.

`python -m tests.torture.three_sites [--kills N] [--round-trip-ms N]`. A scanner sends to Orthanc by C-STORE, the study
fetches from it by DICOMweb over TLS. Each window is a process on a screen of its own (Xvfb where it is there), reads a
pair by keys, signs it, and talks over TLS to a relay with that delay. What came home is audited, locked, and goes back
to the same Orthanc as reports. It ends with what was sent, graded, merged and stored.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from hashlib import sha256
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from storage.audit.verification import audit
from storage.server.coming_home import bring_home
from storage.study.coordinator import CoordinatorStudy
from tests.builders.editions import rows
from tests.builders.servers.delay import delayed
from tests.builders.servers.hospital import PASSWORD, USER, Hospital, running
from tests.builders.servers.hub import Hub, hub
from tests.builders.servers.postgresql import postgresql
from tests.exchange.sample_study import SAMPLE
from workstation.app.servers.passwords import DATABASE_VARIABLE, PASSWORD_VARIABLE
from workstation.app.studies import hand_over
from workstation.cli import main as ramris
from workstation.intake.importing.border_review import see, unseen
from workstation.ui.reader.closing.page import ClosingPage
from workstation.ui.reader.window import launch
from workstation.ui.reader.window.main_window import RoomWindow
from workstation.ui.reader.window.room import ReadingRoom

READERS = ("AD", "BE", "CO")
# of the sample; a report is of one
VISITS = 2
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
    # the coordinator's, at the hospital; no own folder of whoever runs this is touched
    os.environ |= {PASSWORD_VARIABLE: PASSWORD, "RAMRIS_VAULT_COPIES": "none"}
    with (
        tempfile.TemporaryDirectory() as name,
        postgresql() as server,
        hub(server, READERS) as meeting,
        ExitStack() as screens,
    ):
        folder = Path(name)
        study = folder / "study"
        hospital = screens.enter_context(running(folder))
        scans = hospital.scanned(SAMPLE)
        _studied(study, hospital)
        copies = {reader: folder / reader for reader in READERS}
        for reader, copy in copies.items():
            hand_over(study, copy, reader, ("A. Nobody", "looked at all"), seen=True, anyway=False)
            meeting.put(study, copy)
        with delayed(server.port, options.round_trip_ms / 2000) as port:
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
        wrong = _compared(meeting, study, copies)
        return wrong + _results_back(study, folder / "results", hospital, scans)


def _studied(study: Path, hospital: Hospital) -> None:
    """The study, with what Orthanc has, its borders seen, and given to all readers."""
    _ramris("study", "create", study)
    _ramris("study", "pull", study, "--from", hospital.address, "--user", USER, "--ca", hospital.ca)
    with CoordinatorStudy.open(study) as opened:
        see(opened, [item.series for item in unseen(opened)], "A. Nobody")
        for seed, reader in enumerate(READERS, 1):
            opened.assign(reader, seed=seed)


def _results_back(study: Path, out: Path, hospital: Hospital, scans: Counter[str]) -> int:
    """Lock, and send the signed readings to where the scans came from; 0 where each report is there, as written."""
    _ramris("study", "lock", study)
    sent = ("--to", hospital.address, "--user", USER, "--ca", hospital.ca)
    _ramris("export", study, "dicom", "--out", out, "--for", "archive", "--why", "the trial has ended", *sent)
    written = {sha256(file.read_bytes()).hexdigest(): file for file in out.rglob("*.dcm")}
    there = hospital.stored()
    reports = [file for file in written.values() if file.parent.name == "sr"]
    whole = sum(digest in there for digest in written)
    same = set(there.values()) == set(scans)
    say(
        f"back in Orthanc: {whole} of {len(written)} objects byte for byte, {len(reports)} of them reports, in the "
        f"{len(scans)} studies of the scans: {'yes' if same else 'no'}"
    )
    return int(whole != len(written) or len(reports) != VISITS * len(READERS) or not same)


def _ramris(*words: object) -> None:
    done = ramris([str(word) for word in words])
    if done not in {0, 1}:
        raise SystemExit(f"ramris {words[0]} {words[1]} ended with {done}")


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
            signed = rows(copy, "SELECT count(*) FROM act WHERE kind = 'signed'")[0][0]
            wrong += here != there or len(here) != len(shown) or signed != 1
            say(
                f"{reader}: {len(shown)} grades shown as saved, {len(here)} in the copy, {len(there)} on the server, "
                f"{signed} case signed"
            )
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
            _sign(window, room, copy, timer)
            return
        if not room.isActiveWindow():
            # nobody manages windows on this screen
            window.activateWindow()
            return
        if not pressed:
            # the tour of a reader's first day
            QTest.keyClick(room, Qt.Key.Key_Escape)
        pressed.append(1)
        QTest.keyClick(room, Qt.Key.Key_0)
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


def _sign(window: RoomWindow, room: ReadingRoom, copy: Path, timer: QTimer) -> None:
    """A key of the signing at each turn; the window closes when the signature is on the copy's disk."""
    with closing(sqlite3.connect(f"file:{copy / 'study.db'}?mode=ro", uri=True)) as plain:
        signed = plain.execute("SELECT count(*) FROM act WHERE kind = 'signed'").fetchone()[0]
    if signed:
        timer.stop()
        window.close()
        return
    page = room.findChild(ClosingPage)
    if page is None or not page.isVisible():
        QTest.keyClick(room, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    else:
        QTest.keyClick(QApplication.focusWidget() or room, Qt.Key.Key_Return)


def _options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--round-trip-ms", type=float, default=40)
    # of a pair, as the scheme asks
    parser.add_argument("--grades", type=int, default=86)
    # of one window
    parser.add_argument("--reader", default="")
    parser.add_argument("--copy", type=Path)
    parser.add_argument("--url", default="")
    parser.add_argument("--ca", type=Path)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
