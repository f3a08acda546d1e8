"""Freed memory is the system's again, and nothing that is in use is touched."""

from __future__ import annotations

import ctypes
import platform
from pathlib import Path

import numpy as np
import pytest

from workstation.runtime import freed_memory
from workstation.runtime.freed_memory import give_back

PIECE, PIECES = 64 * 1024, 640


def resident() -> int:
    """Bytes of this process that lie in memory (proc(5), statm)."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * 4096


@pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc", reason="glibc alone keeps what was freed and can be asked for it"
)
def test_what_lies_freed_below_something_in_use_goes_back_to_the_system() -> None:
    held = [np.full(PIECE, 7, np.uint8) for _ in range(PIECES)]
    # the last keeps all before it from going back by itself
    kept = held[-1]
    held.clear()
    before = resident()

    give_back()

    # 40 MiB were freed; some of it lies in pages with what is in use
    assert before - resident() > PIECE * PIECES * 3 // 4
    assert (kept == 7).all()


def test_where_the_system_has_no_such_function_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    freed_memory._trim.cache_clear()
    monkeypatch.setattr(ctypes, "CDLL", lambda _: object())

    give_back()

    freed_memory._trim.cache_clear()
