"""Studies that this account opened, the latest first, and what of them may be on the screen.

A reader may sit before the start window, so a study is shown by the name of its folder alone: no path, since folders
above may be named for patients; no date; no word of what is in it. The folder's own name may hold anything as well: it
was chosen by whoever made it, and is seen in every file manager.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from enum import Enum
from pathlib import Path
from typing import Final

from msgspec import Struct

# each has a digit that opens it
MOST: Final = 9
OF_DEMO: Final = "demo-"
OF_SCANS: Final = "studies"
A_DRIVE: Final = "(a whole drive)"


class Role(Enum):
    """As what a study was opened."""

    READER = "reader"
    COORDINATOR = "coordinator"


class Opened(Struct, frozen=True):
    """A study folder that was opened, as what, and by which reader."""

    folder: Path
    role: Role
    reader: str = ""


class Line(Struct, frozen=True):
    """One study on the screen."""

    opened: Opened
    number: int
    name: str
    how: str
    gone: bool


def with_opened(recent: Iterable[Opened], opened: Opened) -> tuple[Opened, ...]:
    """The studies after one more was opened: it comes first, and the oldest falls off."""
    return (opened, *without(recent, opened))[:MOST]


def without(recent: Iterable[Opened], opened: Opened) -> tuple[Opened, ...]:
    """The studies but for one."""
    return tuple(other for other in recent if other != opened)


def lines(recent: Iterable[Opened], gone: Collection[Path], own: Path) -> tuple[Line, ...]:
    """What is shown of the studies.

    Args:
        recent: the latest first.
        gone: folders that hold no study any more.
        own: where the program keeps the demo and the studies of scans that were looked at.
    """
    told = [(opened, shown_name(opened.folder, own), _how(opened, own)) for opened in recent]
    seen: Counter[tuple[str, str]] = Counter()
    made = []
    for number, (opened, name, how) in enumerate(told, start=1):
        seen[name, how] += 1
        times = seen[name, how]
        made.append(Line(opened, number, f"{name} ({times})" if times > 1 else name, how, opened.folder in gone))
    return tuple(made)


def shown_name(folder: Path, own: Path) -> str:
    """What a study is called on the screen: its folder's name, no path; of the program's own studies what they are."""
    if folder.parent == own and folder.name.startswith(OF_DEMO):
        return "The demo"
    name = "".join(sign if sign.isprintable() else "?" for sign in folder.name) or A_DRIVE
    return f"Scans looked at, {name}" if folder.parent == own / OF_SCANS else name


def _how(opened: Opened, own: Path) -> str:
    if opened.role is Role.COORDINATOR:
        return "as coordinator"
    # in a study of the program's own the reader was named by it
    return "as reader" if opened.folder.is_relative_to(own) else f"as reader {opened.reader}"
