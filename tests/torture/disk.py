"""A disk that fails or kills at the n-th write, for processes that are started with its environment."""

from __future__ import annotations

import mmap
import os
import struct
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from typing import Self

SOURCE = Path(__file__).with_name("io_faults.c")
ORDERS = "RAMRIS_FAULTS"
_LAYOUT = struct.Struct("<iiqq104s")


class Mode(IntEnum):
    """What happens at the call that is named; RECORD writes all of them down (power_cuts.py reads that)."""

    COUNT = 0
    FAIL = 1
    FAIL_FROM_THERE_ON = 2
    KILL = 3
    RECORD = 4


class FaultyDisk:
    """The orders to a process under the shim; see io_faults.c."""

    def __init__(self, library: Path, orders: Path) -> None:
        orders.write_bytes(bytes(_LAYOUT.size))
        self.environment = {**os.environ, **preloaded(library, os.environ), ORDERS: str(orders)}
        self._shared = _mapped(orders)
        self._log = orders.with_name(f"{orders.name}.log")

    @classmethod
    def of_this_process(cls) -> Self:
        """The disk under the process that calls, which was started with its environment."""
        disk = cls.__new__(cls)
        disk.environment = dict(os.environ)
        disk._shared = _mapped(Path(os.environ[ORDERS]))
        disk._log = Path(f"{os.environ[ORDERS]}.log")
        return disk

    def order(self, mode: Mode, at: int = 0, error: int = 0, part: str = "study.db") -> None:
        """Count anew from now on, and strike at call number `at` on a path that contains `part`."""
        if mode is Mode.RECORD:
            self._log.unlink(missing_ok=True)
        self._shared[: _LAYOUT.size] = _LAYOUT.pack(mode, error, at, 0, part.encode())

    def recorded(self) -> bytes:
        """What was written down since the last RECORD was ordered."""
        return self._log.read_bytes() if self._log.exists() else b""

    def heal(self) -> None:
        """From now on everything is taken."""
        self.order(Mode.COUNT)

    @property
    def seen(self) -> int:
        """How many calls were counted since the last order."""
        seen: int = _LAYOUT.unpack(self._shared[: _LAYOUT.size])[3]
        return seen

    def close(self) -> None:
        """Let go of the shared orders."""
        self._shared.close()


def preloaded(library: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """What puts `library` under a process, above whatever lies under ours.

    It is named without its folder, and looked for there: in a path a space would begin another library.
    """
    libraries = filter(None, (library.name, environment.get("LD_PRELOAD")))
    folders = filter(None, (str(library.parent), environment.get("LD_LIBRARY_PATH")))
    return {"LD_PRELOAD": ":".join(libraries), "LD_LIBRARY_PATH": ":".join(folders)}


def _mapped(orders: Path) -> mmap.mmap:
    with orders.open("r+b") as file:
        return mmap.mmap(file.fileno(), _LAYOUT.size)


@contextmanager
def faulty_disk(folder: Path) -> Iterator[FaultyDisk]:
    """A disk whose shim and orders lie in `folder`."""
    library = folder / "io_faults.so"
    if not library.exists():
        command = [
            "cc",
            "-shared",
            "-fPIC",
            "-O1",
            "-Wall",
            "-Werror",
            "-o",
            str(library),
            str(SOURCE),
            "-ldl",
        ]
        subprocess.run(command, check=True)
    disk = FaultyDisk(library, folder / "orders")
    try:
        yield disk
    finally:
        disk.close()
