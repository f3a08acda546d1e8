"""Faults of SQLite or a server in words for a person: which one, what to do. Mistakes of the program pass unchanged."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NoReturn

from sqlalchemy.exc import DBAPIError

from scoring.errors import RamrisError
from storage.database import server_faults
from storage.errors import MENDING, NotAStudy, NotSaved, RecordDamaged

_BUSY: Final = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_READ_ONLY: Final = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN}
# a mistake of this program, which no person can mend: it goes up as it is
_BUG: Final = {sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_MISMATCH, sqlite3.SQLITE_MISUSE}
_NO_SPACE: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN: Final = {errno.EACCES, errno.EPERM, errno.EROFS}
_REFUSED_TO_TAKE: Final = {sqlite3.SQLITE_IOERR_WRITE}
_DAMAGED: Final = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


@contextmanager
def told_as_not_saved(kept: str) -> Iterator[None]:
    """Turn a failed write into NotSaved; `kept` is the sentence about what stays as it was."""
    try:
        yield
    except DBAPIError as error:
        told = _told(error)
        if told is None:
            raise
        cause, remedy = told
        message = f"Not saved: {cause}. {kept} {remedy}"
    else:
        return
    _raise_alone(NotSaved(message))


@contextmanager
def told_as_unreadable() -> Iterator[None]:
    """Turn a failed read into RecordDamaged or NotAStudy."""
    try:
        yield
    except DBAPIError as error:
        told = _told(error)
        if told is None:
            raise
        cause, remedy = told
        if (_code(error) or 0) & 0xFF in _DAMAGED:
            refusal: RamrisError = RecordDamaged(f"The study's file is damaged; nothing was changed: {MENDING}")
        elif server_faults.is_damage(error.orig):
            refusal = RecordDamaged(f"The record can't be read: {cause}; nothing was changed. {remedy}")
        else:
            refusal = NotAStudy(f"The study can't be read now: {cause}. {remedy}")
    else:
        return
    _raise_alone(refusal)


def cause_of(error: OSError | sqlite3.Error) -> str:
    """Why the system or SQLite itself refused, for a person; without the file's name, which an OSError would tell."""
    if isinstance(error, sqlite3.Error):
        return _explained(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_IOERR))[0]
    if error.errno in _NO_SPACE:
        return "the disk is full"
    if error.errno in _FORBIDDEN:
        return "the folder can't be written (read-only, or not yours)"
    return f"the disk reports a fault ({error.strerror or type(error).__name__})"


def _raise_alone(refusal: RamrisError) -> NoReturn:
    """Raise it without the database's own error behind it, which tells of statements and of files.

    A context manager runs while that error is being handled, so Python would chain it; `from None` only hides it.
    """
    try:
        raise refusal
    except RamrisError:
        refusal.__context__ = None
        raise


def _told(error: DBAPIError) -> tuple[str, str] | None:
    """Why, and what to do; None of a mistake of this program."""
    code = _code(error)
    if code is None:
        return server_faults.explained(error.orig)
    return None if code & 0xFF in _BUG else _explained(code)


def _code(error: DBAPIError) -> int | None:
    code: int | None = getattr(error.orig, "sqlite_errorcode", None)
    return code


def _explained(code: int) -> tuple[str, str]:
    """Why, and what to do."""
    for codes, cause, remedy in _KNOWN:
        if code & 0xFF in codes:
            return cause, remedy
    look = "Check that the disk is there and has room, and try again."
    if code in _REFUSED_TO_TAKE:
        # a quota and a limit on the size of files come as this, and so does a failing disk
        return f"the disk takes no more (a quota or a limit is reached, or it fails; SQLite error {code})", look
    return f"the disk reports a fault (SQLite error {code})", look


_KNOWN: Final = (
    ({sqlite3.SQLITE_FULL}, "the disk is full", "Free some space and try again."),
    (_BUSY, "another program is writing to the study", "Close the other one, or try again in a moment."),
    (
        _READ_ONLY,
        "the study can't be written here (read-only file, folder or disk)",
        "Make the folder writable, or copy the study to where it can be written.",
    ),
    (_DAMAGED, "the study's file is damaged", f"Stop here: {MENDING}."),
)
