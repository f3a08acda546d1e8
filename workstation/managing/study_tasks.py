"""Tasks of a study as data: what each asks, what it does, what can't be undone. One dialog serves them all."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from storage.study.coordinator import CoordinatorStudy
from workstation.errors import UsageRefused
from workstation.managing.state import Managed, Notice

LONGEST_NUMBER = 6


class Asked(Enum):
    """What a field takes."""

    WORDS = "words"
    REASON = "reason"
    READER = "reader"
    NUMBER = "number"
    CHOICE = "choice"
    YES = "yes"
    FOLDER = "folder"
    NEW_FOLDER = "new folder"
    FOLDERS = "folders"
    FILE = "file"
    NEW_FILE = "new file"
    HIDDEN = "typed unseen"
    LINES = "lines"


Values = Mapping[str, str]
"""What was given, by the names of fields; a box that is ticked is "yes"."""

Choices = Callable[[Path], Sequence[tuple[str, str]]]
"""What can be chosen in the study of a folder: (value, words)."""

Told = Callable[[int, int, str], None]
"""Progress: done, of how many (0 unknown), which stage."""


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that a task asks. option: what the command line calls it, so that its messages can be told here."""

    name: str
    label: str
    asked: Asked = Asked.WORDS
    hint: str = ""
    needed: bool = True
    choices: Choices | None = None
    option: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """What a task works on: the folder, the study (None for a task that is alone), what was given, progress.

    cancelled: whether somebody has asked to stop.
    """

    folder: Path
    open_study: CoordinatorStudy | None
    values: Values = field(repr=False)
    told: Told
    cancelled: Callable[[], bool] = lambda: False

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "").strip()

    def ticked(self, name: str) -> bool:
        """Whether a box is."""
        return bool(self[name])

    def path(self, name: str) -> Path:
        """A file or folder as it was named."""
        return next(iter(self.paths(name)), Path())

    def paths(self, name: str) -> tuple[Path, ...]:
        """Files or folders, one in each line.

        Raises:
            UsageRefused: one that no file system can hold.
        """
        lines = [line.strip() for line in self[name].splitlines() if line.strip()]
        for line in lines:
            if not line.isprintable():
                raise UsageRefused(
                    f"{line!a:.80} can't be the name of a file or folder: it holds a character that can't be seen"
                )
        return tuple(map(Path, lines))

    def number(self, name: str, default: int) -> int:
        """A whole number from 1 on.

        Raises:
            UsageRefused: it is none.
        """
        text = self[name]
        if not text:
            return default
        if not (text.isascii() and text.isdecimal() and int(text[:9]) >= 1 and len(text) <= LONGEST_NUMBER):
            raise UsageRefused(f"{text!a:.80}: give a whole number from 1 on, such as {default}")
        return int(text)

    @property
    def study(self) -> CoordinatorStudy:
        """The open study."""
        assert self.open_study is not None, "a task that is alone has no open study"  # noqa: S101 - for the checker
        return self.open_study


@dataclass(frozen=True, slots=True)
class Shown:
    """What a task shows of the study before it is run: a line, a table, and what stands in its fields at first.

    rows: a cell for each header; empty: what is said in place of rows, where there are none.
    """

    line: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    empty: str
    values: Values = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class StudyTask:
    """One task.

    id: as in `study.merge`; command: what the command line calls it. explained: what it does and when one wants it.
    warns: what can't be undone, "" where all can. alone: study.db or vault.db is exchanged, so the window lets go of
    the study meanwhile. reads: nothing of the study is changed. run: does it. shows: what the study has now.
    """

    id: str
    title: str
    group: str
    command: str
    explained: str
    run: Callable[[Given], Notice] = field(compare=False, repr=False)
    fields: tuple[Field, ...] = ()
    warns: str = ""
    alone: bool = False
    reads: bool = False
    shows: Callable[[Managed], Shown] | None = field(default=None, compare=False, repr=False)

    def lacks(self, values: Values) -> tuple[str, ...]:
        """Labels of fields that are needed and empty."""
        return tuple(item.label for item in self.fields if item.needed and not values.get(item.name, "").strip())


def found(tasks: Iterable[StudyTask], text: str) -> tuple[StudyTask, ...]:
    """The tasks in whose title, group or explanation each word of the text stands."""
    words = text.casefold().split()
    return tuple(
        task
        for task in tasks
        if all(word in f"{task.title} {task.group} {task.explained}".casefold() for word in words)
    )


def meant(tasks: Sequence[StudyTask], text: str) -> StudyTask | None:
    """The one of the tasks found whose title begins with the text, else the first."""
    typed = text.strip().casefold()
    return next((task for task in tasks if task.title.casefold().startswith(typed)), next(iter(tasks), None))


# commands that are no task: what of this window does it, or says it
_ELSEWHERE = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (r"`?\bramris study remove DIR (\S+) --undo --why TEXT`?", r"go to \1 among the subjects and press Ctrl+Z"),
        (r"`?\bramris study remove DIR (\S+?)`", r"Delete on \1 among the subjects"),
        (r" \(`ramris enter`\)", ""),
        (
            r"Name yourself before the command: `ramris --as ID`, for the window `ramris --as ID manage DIR`",
            "Whoever acts is on the list of people of this study, and is named when it is opened",
        ),
        (r"; --json of the next command lists them", ""),
        (r"`?\bramris reread(?: DIR)?(?: --[^`]*)?`", "“Readers and parked cases” (Ctrl+B)"),
        (r"`?\bramris study (?:check|choices|create)(?: DIR)?(?: --json)?`", "this window"),
        (r"`?\bramris enter` is running", "answers are being entered"),
        (r" in `ramris manage(?: DIR)?`", ""),
        # what only a command can do, since the window is the way it asks for
        (r"; who has looked elsewhere says so with `ramris study hand-over [^`]*`", ""),
        (r"say so with --change-read, or tick the box in the window", "tick the box for that"),
        (r" \((\S+) more: ramris scheme check [^)]*\)", r" (\1 more)"),
        (r"; --change-read can't change that", "; the box for that can't change it"),
        (
            r"If they must, add again with --add-to-read --why TEXT",
            "If they must, “Add scans to visits that have been read” (Ctrl+K)",
        ),
        (r": add the scans with ramris study add", ": add scans (Ctrl+O)"),
        # who keeps a server is somebody else, and has a terminal
        (r"`?\bramris server init`? makes it ready", "who keeps the server makes it ready"),
        (r"`ramris server (?:init|login|logins)`", "who keeps the server"),
        (r"`?\bramris study move DIR --back`", "“Bring the record back from a server” (Ctrl+K)"),
        (r" \(`createdb NAME` makes one\)", "; who keeps the server makes one"),
        (
            r"vault\.db has a passphrase: give it in RAMRIS_VAULT_PASSPHRASE, or in a file that \S+ names",
            "the identities have a passphrase: type it above and restore again",
        ),
        (r"Run the same command again", "Do the same again"),
        (r"run the same command again", "do the same again"),
        (r"; see `ramris doctor`", "; tell whoever installed the program"),
        (r"made with --order (\S+)", r"made with the order \1"),
        (r"--(order|unit) (\{?[a-z]+\}?)", r"the \1 \2"),
    )
)
_COMMAND = re.compile(
    r"`?\bramris ((?:study |server )?[a-z][a-z-]+)(?:`|(?: [^`.;,:)]+)?`|(?: (?:DIR|OUT|/\S+|[A-Z]+)\b)*)"
)
_OPTION = re.compile(r"`?--([a-z][a-z-]+)(?:[ =](?:TEXT|NAME|ID|HASH|FILE|N)\b)?`?")


def in_the_window(text: str, tasks: Sequence[StudyTask], key: str) -> str:
    """A message with the tasks of this window in place of commands, and fields in place of options.

    key: that opens the tasks.
    """
    for pattern, words in _ELSEWHERE:
        text = pattern.sub(words, text)
    by_command = {task.command: task.title for task in tasks}
    # of a task that stands earlier: the one that is run knows best what its options are called
    options = {item.option: item.label for task in reversed(tasks) for item in task.fields if item.option}

    def task(said: re.Match[str]) -> str:
        title = by_command.get(said[1])
        return f"“{title}” ({key})" if title else said[0]

    def given(said: re.Match[str]) -> str:
        label = options.get(said[1])
        return f"“{label}”" if label else said[0]

    return _OPTION.sub(given, _COMMAND.sub(task, text)).replace("” “", "” and “")
