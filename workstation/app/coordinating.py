"""A study open for a coordinator's piece of work; when that is done study.db is backed up and vault.db copied."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING

from workstation.app.progress import Say

if TYPE_CHECKING:
    from storage.study.coordinator import CoordinatorStudy

# who hears of a copy that couldn't be made; nobody where it isn't set
complain: ContextVar[Say | None] = ContextVar("complain of copies", default=None)


@contextmanager
def coordinating(directory: Path) -> Iterator[CoordinatorStudy]:
    """Open the study; when the block ends without an error, close it and keep copies of what it has changed."""
    from storage.files.coordinator_lock import window_elsewhere
    from storage.study.coordinator import CoordinatorStudy

    tell = complain.get()
    # a window's own tasks come by here too, and nobody hears them
    if tell is not None and window_elsewhere(directory):
        tell(f"{directory.name} is open in the coordinator's window too: press F5 there to see what this command did")
    with CoordinatorStudy.open(directory) as study:
        token = study.token
        yield study
    kept_safe_or_told(directory, token)


def note_seen(directory: Path, what: str, why: str) -> None:
    """Put on the record that these figures are seen while cases are read; nothing where no grade can change any more.

    The vault stays shut where nothing is open: a script needs no passphrase then. Without a reason the record says so,
    and whoever runs the command hears it: scripts that look at a study half-way go on as they were.

    Raises:
        StudyError: cases are read, and the folder is a reader's copy.
    """
    from storage.study.figures_keeping import open_readings_in, refuse_in_a_copy

    count = open_readings_in(directory)
    if not count:
        return
    refuse_in_a_copy(directory, count)
    with coordinating(directory) as study:
        note_seen_of(study, what, why)


def note_seen_of(study: CoordinatorStudy, what: str, why: str) -> None:
    """`note_seen` of a study that is open."""
    from storage.study.figures_keeping import NO_REASON, untold

    count, tell = study.open_readings(), complain.get()
    if count and not why.strip() and tell is not None:
        tell(untold(count))
    study.note_figures_seen(what, why.strip() or NO_REASON)


def kept_safe_or_told(directory: Path, token: str) -> None:
    """`kept_safe`, its lines told to whoever hears them."""
    tell = complain.get()
    for line in kept_safe(directory, token):
        if tell is not None:
            tell(line)


def kept_safe(directory: Path, token: str) -> tuple[str, ...]:
    """Back study.db up and copy vault.db, each where its newest copy holds something else; a line for each that failed.

    What was done is on disk already, so nothing is undone by a copy that fails.
    """
    from scoring.errors import RamrisError
    from storage.recovery.backup import back_up_answers
    from storage.vault import vault_backups

    told = []
    try:
        back_up_answers(directory)
    except RamrisError as refusal:
        told.append(str(refusal))
    try:
        vault_backups.keep(directory, token)
    except RamrisError as refusal:
        told.append(
            f"{refusal}. `ramris study keep-vault DIR FOLDER` copies it elsewhere, {vault_backups.VARIABLE}=FOLDER "
            "does so each time"
        )
    return tuple(told)
