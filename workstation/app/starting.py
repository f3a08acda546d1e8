"""The start window, joined to the files that it knows and to the processes that it starts."""

from __future__ import annotations

import os
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

from storage.files.record_url import holds_study
from workstation.app.keys import own_keys_file
from workstation.app.process import need_libraries, own_environment
from workstation.errors import EnvironmentLacks
from workstation.runtime import doctor, own_process
from workstation.starting import kept, spoken, wishes
from workstation.starting.recent import Opened, Role
from workstation.starting.wishes import Facts, Manage, Read, Start


def start() -> int:
    """Show the start window until it is closed. What was opened from it stays open."""
    if not (doctor.has_display(os.environ) or "QT_QPA_PLATFORM" in os.environ):
        raise EnvironmentLacks(
            "no display here, so the start window can't be shown. Run it on a desktop, or say what to do: "
            "`ramris --help` lists the commands, and `ramris demo --png FILE` draws the sample pair to a picture"
        )
    need_libraries()
    from storage.files.locations import data_folder
    from workstation.ui.start import launch

    return launch.show(StartDoor(data_folder().resolve()))


def remember(directory: Path, role: Role, reader: str = "") -> None:
    """Put a study that was opened first on the list of the start window; where it can't be kept, nobody is told."""
    if holds_study(directory):
        kept.remember(recent_file(), Opened(directory.resolve(), role, reader))


def recent_file() -> Path:
    """Where the list lies."""
    return own_keys_file().with_name(kept.FILE)


def facts_of(folder: Path, *, ask_server: bool = False) -> Facts:
    """What the start window must know of a folder. It may lie on a drive that takes its time.

    ask_server: also who reads where the record lies on a server.
    """
    from storage.worklists.who_reads import who_reads

    found = who_reads(folder, ask_server=ask_server)
    if found is not None:
        return Facts(holds_study=True, is_copy=found.is_copy, readers=found.readers)
    try:
        return Facts(is_empty=next(folder.iterdir(), None) is None)
    except OSError:
        return Facts(is_empty=not folder.exists())


class StartDoor:
    """What the start window may ask of the machine."""

    def __init__(self, own: Path) -> None:
        """own: where the program keeps studies of its own."""
        self.own = own
        self._file = recent_file()

    def recent(self) -> tuple[Opened, ...]:
        """The studies that this account opened, the latest first."""
        return kept.load(self._file)

    def forget(self, opened: Opened) -> bool:
        """Take one off the list."""
        return kept.forget(self._file, opened)

    def facts(self, folder: Path, *, ask_server: bool = False) -> Facts:
        """What a folder holds; not on the thread of a window."""
        return facts_of(folder, ask_server=ask_server)

    def begin(self, start: Start) -> Running:
        """A process of its own that does it. OSError: there can be none now."""
        return Running(start)


class Running:
    """A process that was begun. It goes on when the start window is closed."""

    def __init__(self, start: Start) -> None:
        handle, name = tempfile.mkstemp(prefix="ramris-said-")
        self._file = Path(name)
        # a file and no pipe: who writes into a pipe that nobody reads any more is ended
        self._said = self._file.open("rb")
        quiet = subprocess.DEVNULL
        try:
            self._process = subprocess.Popen(  # noqa: S603 - ourselves
                own_process.of_program(wishes.arguments(start)),
                env={**own_environment(), spoken.VARIABLE: spoken.IN_LINES},
                # others can see where a process stands: not where this one does, which may be among the scans
                cwd=start.folder if isinstance(start, Read | Manage) else Path.home(),
                stdin=quiet,
                stdout=quiet,
                stderr=handle,
                # Ctrl+C in the terminal of the start window ends that alone
                start_new_session=True,
            )
        except OSError:
            self._said.close()
            raise
        finally:
            os.close(handle)
            self._remove()

    def status(self) -> int | None:
        """Its exit status; None while it runs."""
        return self._process.poll()

    def said(self) -> str:
        """What it has said on standard error so far."""
        self._said.seek(0)
        return self._said.read().decode("utf-8", "replace")

    def stop(self) -> None:
        """Wish that it stops; an import does so between two files."""
        self._process.terminate()

    def close(self) -> None:
        """Let go of what it said."""
        self._said.close()
        self._remove()

    def _remove(self) -> None:
        # Windows removes no open file, so there it goes when the process has ended
        with suppress(OSError):
            self._file.unlink(missing_ok=True)
