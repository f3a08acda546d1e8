"""Steps into odd surroundings: what a new process does to itself, before it becomes the program that is asked for.

Those that this system refuses are left out, and said.
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HOST, NUMBER = "a", 54321

_CLONE_NEWNS, _CLONE_NEWUTS, _CLONE_NEWUSER = 0x20000, 0x4000000, 0x10000000
_MS_BIND, _MS_REC, _MS_PRIVATE = 0x1000, 0x4000, 0x40000

Step = Callable[[], None]


def say(text: str) -> None:
    print(f"-- odd: {text}", flush=True)


def _system(call: str, *arguments: object) -> None:
    """One call of Linux that Python 3.11 has no name for."""
    library = ctypes.CDLL(None, use_errno=True)
    if getattr(library, call)(*arguments) != 0:
        raise OSError(ctypes.get_errno(), call)


def a_host_of_its_own() -> None:
    """Only root may name a host, but anybody may be root of a world of his own, for as long as he starts nothing."""
    own, group = os.geteuid(), os.getegid()
    _system("unshare", _CLONE_NEWUTS if own == 0 else _CLONE_NEWUTS | _CLONE_NEWUSER)
    if own != 0:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{own} {own} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    socket.sethostname(HOST)


def our_packages_at(place: Path, readable: tuple[Path, ...]) -> None:
    """Show .venv at `place`, and open the way to what an ordinary account can't reach, such as a Python below /root."""
    _system("unshare", _CLONE_NEWNS)
    _system("mount", None, b"/", None, _MS_REC | _MS_PRIVATE, None)
    _bind(ROOT / ".venv", place)
    kept = {
        path: os.open(path, os.O_PATH)
        for path in (Path(sys.base_prefix), *readable)
        if path.exists() and _closed_above(path)
    }
    os.umask(0o022)
    for closed in {_closed_above(path) for path in kept}:
        _system("mount", b"tmpfs", os.fsencode(closed), b"tmpfs", 0, b"mode=755")
    for path, handle in kept.items():
        path.mkdir(parents=True)
        _bind(Path(f"/proc/self/fd/{handle}"), path)
        os.close(handle)


def _bind(there: Path, here: Path) -> None:
    _system("mount", os.fsencode(there), os.fsencode(here), None, _MS_BIND, None)


def _closed_above(path: Path) -> Path | None:
    """The outermost folder on the way there that is closed to others."""
    return next((part for part in reversed(path.parents) if not part.stat().st_mode & 0o001), None)


def an_ordinary_account() -> None:
    os.setgroups([])
    os.setgid(NUMBER)
    os.setuid(NUMBER)


def no_one_elses_business(processor: int) -> None:
    """What every process may ask for; and Ctrl+C isn't heard, as after `some-script &`."""
    os.umask(0o077)
    os.sched_setaffinity(0, {processor})
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def allowed(steps: tuple[Step, ...], *command: str | Path) -> bool:
    """Whether a process may take these steps and run this afterwards."""
    try:
        return (
            subprocess.run(command, preexec_fn=partial(walk, steps), capture_output=True, check=False).returncode == 0
        )
    except (OSError, subprocess.SubprocessError):
        return False


def walk(steps: tuple[Step, ...]) -> None:
    for step in steps:
        step()


def steps_that_are_allowed(project: Path, *readable: Path) -> tuple[Step, ...]:
    """What of host, environment and account can be had; what can't is said."""
    found: tuple[Step, ...] = ()
    python = project / ".venv" / "bin" / "python"
    if allowed((a_host_of_its_own,), "true"):
        found += (a_host_of_its_own,)
    else:
        say(f"not tried: the host name {HOST!r} (this system gives us no namespace of our own)")
    bound = partial(our_packages_at, python.parents[1], readable)
    python.parents[1].mkdir()
    if allowed((bound,), python, "-c", "import pytest"):
        found += (bound,)
    else:
        python.parents[1].rmdir()
        python.parents[1].symlink_to(ROOT / ".venv")
    if os.geteuid() != 0:
        return found
    if allowed((*found, an_ordinary_account), python, "-c", "import pytest, PySide6"):
        return (*found, an_ordinary_account)
    say(f"not tried: an ordinary account (it can't read {sys.executable} or {ROOT / '.venv'})")
    return found
