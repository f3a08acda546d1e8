"""Process of the reading room as the operating system shows it, and what is left of it when it is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.builders.dicom_files import a_visit
from tests.journeys.conftest import ROOT, until

CANARY = "QuokkaZebra"
# what programs put files into without being asked
PRIVATE = ("HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR", "XDG_STATE_HOME")

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@dataclass(frozen=True)
class Room:
    """A reading room that runs, opened straight from scans, and the folders in which it could leave something."""

    process: subprocess.Popen[bytes]
    home: Path
    said: Path

    def proc(self, name: str) -> bytes:
        """A file of /proc about it."""
        return Path(f"/proc/{self.process.pid}/{name}").read_bytes()

    def links(self) -> list[str]:
        """Where it stands, and every file that it holds open or has mapped."""
        here = Path(f"/proc/{self.process.pid}")
        held = [os.readlink(here / "cwd"), *(os.readlink(link) for link in (here / "fd").iterdir())]  # noqa: PTH115 - sockets are no paths
        return [*held, self.proc("maps").decode()]


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    """`ramris open .`, called where the scans lie, with the person's name in every name and in the environment."""
    base = tmp_path_factory.mktemp("person")
    scans = base / f"{CANARY}^Jane" / "1913-08-17"
    a_visit(scans / "one", "1.2.3", PatientName=CANARY, StudyDate="20240105")
    a_visit(scans / "two", "1.2.4", PatientName=CANARY, StudyDate="20240505")
    home = base / "home"
    own = {name: str(home / name.lower()) for name in PRIVATE}
    for folder in own.values():
        Path(folder).mkdir(parents=True, mode=0o700)
    data = {"RAMRIS_DATA": str(home / "data"), "QT_QPA_PLATFORM": "offscreen", "PWD": str(scans), "OLDPWD": str(scans)}
    said = base / "said"
    with said.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "workstation", "open", ".", str(scans / "two")],
            cwd=scans,
            env={**os.environ, "PYTHONPATH": str(ROOT), **own, **data},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
        )
    room = Room(process, home, said)
    until(lambda: b"\0read\0" in room.proc("cmdline"), "the process of the reading room")
    until(lambda: b"libqoffscreen" in room.proc("maps"), "its window")
    until(lambda: any("study.db" in link for link in room.links()), "its study")
    yield room
    process.kill()
    process.wait(10)


@pytest.mark.case(101)
def test_neither_its_arguments_nor_its_environment_nor_where_it_stands_nor_its_files_name_the_scans(room: Room) -> None:
    shown = [room.proc("cmdline").decode(), room.proc("environ").decode(), *room.links()]

    assert any(str(room.home) in text for text in shown), "the study is named, so the look is real"
    assert not [text for text in shown if CANARY.lower() in text.lower() or "vault.db" in text]


@pytest.mark.case(97)
def test_it_leaves_no_core_file_when_it_dies(room: Room) -> None:
    line = next(line for line in room.proc("limits").decode().splitlines() if line.startswith("Max core file size"))

    assert line.split()[4:6] == ["0", "0"]


@pytest.mark.case(100)
def test_killed_it_leaves_no_name_in_settings_caches_or_temporary_files(room: Room) -> None:
    room.process.send_signal(signal.SIGKILL)
    room.process.wait(10)

    files = [path for path in room.home.rglob("*") if path.is_file()]
    singing = [
        path
        for path in files
        if CANARY.lower().encode() in path.read_bytes().lower() or CANARY.lower() in str(path).lower()
    ]
    assert [path.name for path in singing] == ["vault.db"], "the vault alone sings"
    assert not [path for path in files if path.suffix in {".conf", ".ini", ".xbel", ".png"}]
