"""A process that makes victims, on a disk that can be told to fail."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.torture.disk import FaultyDisk, faulty_disk

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Ended:
    """What a victim acknowledged, line by line, and how it ended: 0, or the negative number of a signal."""

    lines: tuple[str, ...]
    status: int

    def after(self, word: str) -> list[str]:
        """The rest of each line that begins with that word."""
        return [line.removeprefix(f"{word} ") for line in self.lines if line.startswith(f"{word} ")]


MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of a random name is made below it


@pytest.fixture
def fast_folder(tmp_path: Path) -> Iterator[Path]:
    """A folder whose disk is memory where the system has one: a kill loses nothing of either, and thousands of syncs
    of a real disk would only take long.
    """
    if not MEMORY.is_dir():
        yield tmp_path
        return
    folder = Path(tempfile.mkdtemp(dir=MEMORY))
    yield folder
    shutil.rmtree(folder)


Victim = Callable[..., Ended]


@pytest.fixture(scope="session")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaultyDisk]:
    """The disk of every victim."""
    if sys.platform != "linux" or shutil.which("cc") is None:
        pytest.skip(
            "the disk that fails under the program needs Linux and a C compiler, cc (apt-get install gcc libc6-dev)"
        )
    with faulty_disk(tmp_path_factory.mktemp("shim")) as made:
        # what victims leave in the system's folder for temporary files is to be seen
        made.environment["TMPDIR"] = str(tmp_path_factory.mktemp("temporary"))
        yield made


@pytest.fixture(scope="session")
def victim(disk: FaultyDisk) -> Iterator[Victim]:
    """Call it with an order (see victims.py); returns when the victim has ended."""
    command = [sys.executable, "-m", "tests.torture.victims"]
    with subprocess.Popen(
        command, cwd=ROOT, env=disk.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:

        def run(**order: object) -> Ended:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(json.dumps(order) + "\n")
            process.stdin.flush()
            lines: list[str] = []
            while not (line := process.stdout.readline()).startswith("ended "):
                assert line, "the process that makes victims has ended itself"
                lines.append(line.rstrip("\n"))
            return Ended(tuple(lines), int(line.split()[1]))

        yield run
        assert process.stdin is not None
        process.stdin.close()
        process.wait(30)
