"""Wishes of the start window: what each begins, what is still to be asked, or why not. Pure."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from storage.files.layout import STUDY_FILE
from workstation.starting.recent import Opened, Role


class Facts(Struct, frozen=True):
    """What a folder holds: a study or none, a reader's copy or the whole, who has a worklist there."""

    holds_study: bool = False
    is_copy: bool = False
    is_empty: bool = False
    readers: tuple[str, ...] = ()


class Read(Struct, frozen=True):
    """A reader's room."""

    folder: Path
    reader: str


class Manage(Struct, frozen=True):
    """The coordinator's window."""

    folder: Path


class LookAt(Struct, frozen=True):
    """Scans of anybody's, brought into a study of the program's own."""

    folder: Path


class Demo(Struct, frozen=True):
    """The sample pair."""


Start = Read | Manage | LookAt | Demo


class WhoReads(Struct, frozen=True):
    """To be asked before a room opens. likely: an answer that may be right, or nothing."""

    folder: Path
    likely: str


class Refused(Struct, frozen=True):
    """Why nothing is begun: one line, with what to do next."""

    line: str


def arguments(start: Start) -> tuple[str, ...]:
    """The command that does it, behind `ramris`."""
    match start:
        case Read(folder, reader):
            # joined, so that a name which begins with a dash is no option
            return ("read", str(folder), f"--reader={reader}")
        case Manage(folder):
            return ("manage", str(folder))
        case LookAt(folder):
            return ("open", str(folder))
        case Demo():
            return ("demo",)


def as_reader(folder: Path, facts: Facts, readers_before: tuple[str, ...]) -> Read | WhoReads | Refused:
    """Open a study to read in it. A reader's copy has one reader alone, who isn't asked for.

    readers_before: who read in that folder from this start window, the last one first.
    """
    if not facts.holds_study:
        return _no_study(folder, "Choose the folder that your coordinator gave you, or one inside it")
    if facts.is_copy and len(facts.readers) == 1:
        return Read(folder, facts.readers[0])
    likely = (*readers_before, *(facts.readers if len(facts.readers) == 1 else ()))
    return WhoReads(folder, likely[0] if likely else "")


def said_who(asked: WhoReads, typed: str) -> Read | Refused:
    """The room of the reader who was typed in."""
    reader = typed.strip()
    return (
        Read(asked.folder, reader)
        if reader
        else Refused("No reader was given, so nothing was opened. Press R to try again")
    )


def as_coordinator(folder: Path, facts: Facts) -> Manage | Refused:
    """Open a study to manage it."""
    if not facts.holds_study:
        return _no_study(folder, "Choose another folder, or press N for a new study")
    if facts.is_copy:
        return Refused(f"{_name(folder)} is a reader's copy, which nobody can manage. Press R to read in it")
    return Manage(folder)


def new_study(folder: Path, facts: Facts) -> Manage | Refused:
    """Make a study in a folder; the coordinator's window asks how."""
    if facts.holds_study:
        return Refused(f"{_name(folder)} holds a study already. Press C to open it as coordinator")
    if not facts.is_empty:
        return Refused(f"{_name(folder)} holds other files. Choose an empty folder, or make a new one")
    return Manage(folder)


def again(opened: Opened, facts: Facts | None) -> Read | Manage | Refused:
    """Open a study as before. facts: None where nobody knows yet; then the window that opens will see."""
    if facts is not None and not facts.holds_study:
        return Refused(
            f"{_name(opened.folder)} isn't there now. Connect its drive, or press Delete to take it off this list"
        )
    return Manage(opened.folder) if opened.role is Role.COORDINATOR else Read(opened.folder, opened.reader)


def _no_study(folder: Path, next_step: str) -> Refused:
    return Refused(f"{_name(folder)} holds no study ({STUDY_FILE} is missing). {next_step}")


def _name(folder: Path) -> str:
    return folder.name or "The drive"


def told(start: Start) -> str:
    """The line that says what was begun; of a folder its name alone."""
    match start:
        case Read(folder, reader):
            return f"{_name(folder)} opens for {reader}, in a window of its own"
        case Manage(folder):
            return f"{_name(folder)} opens in a window of its own"
        case LookAt(folder):
            return f"{_name(folder)} is brought into a study of the program's own; then its window opens"
        case Demo():
            return "The demo opens in a window of its own. The first time it takes a moment"
