"""Tasks around a record that lies on a server: moved there and back, joined by another coordinator, upgraded."""

from __future__ import annotations

from typing import Final

from workstation.errors import UsageRefused
from workstation.managing.counted import counted
from workstation.managing.state import Notice, Tone
from workstation.managing.study_tasks import Asked, Field, Given, StudyTask

GROUP: Final = "Record on a server"
JOIN_ID: Final = "study.join"


def move(given: Given) -> Notice:
    """Bring the record to a server."""
    from workstation.app.servers import moving

    where = _password_kept(given)
    done = moving.move_to(given.folder, given["address"], given.told, given.cancelled)
    return _moved(done.lies_in, done.events, done.acts, done.head, where)


def move_back(given: Given) -> Notice:
    """Bring the record back into the folder."""
    from workstation.app.servers import moving

    done = moving.move_back(given.folder, given.told, given.cancelled)
    return _moved(done.lies_in, done.events, done.acts, done.head)


def join(given: Given) -> Notice:
    """Make this window's folder, or another one, the place to work on a record that is there."""
    from storage.files.record_url import holds_study
    from workstation.app import starting
    from workstation.app.servers import joining
    from workstation.starting.recent import Role

    folder = given.path("folder") if given["folder"] else given.folder
    here = folder.resolve() == given.folder.resolve()
    if here and holds_study(folder):
        raise UsageRefused(
            f"{folder.name} holds a study already: name a new folder in “Folder”. The start window opens it then"
        )
    where = _password_kept(given)
    done = joining.join(given["address"], folder, given.told, given.cancelled)
    starting.remember(folder, Role.COORDINATOR)
    opens = "It is open in this window" if here else "The start window opens it"
    lines = (
        f"{counted(done.events, 'answer')} and {counted(done.acts, 'act')}. Head: {done.head}",
        *joining.lacks_in_words(done),
        *where,
    )
    return Notice(f"{folder.name} is joined to {done.lies_in}. {opens}", Tone.DONE, lines)


def upgrade(given: Given) -> Notice:
    """Bring the record to this program's schema."""
    from workstation.app.servers import moving

    done = moving.upgrade(given.folder, given.told, given.cancelled)
    if done.before == done.after:
        text = f"The record has schema {done.after}, which this program writes: nothing to do"
        return Notice(text, Tone.DONE, (f"Head: {done.head}",))
    text = f"The record has schema {done.after} now, before {done.before}"
    return Notice(text, Tone.DONE, (f"Head, as before: {done.head}",))


def _password_kept(given: Given) -> tuple[str, ...]:
    """Keep the password that was typed; where it is, in a line. Nothing where none was."""
    from workstation.app.servers import record_password

    if not given["password"]:
        return ()
    return (f"The password is in {record_password.keep(given['address'], given['password'])}.",)


def _moved(where: str, events: int, acts: int, head: str, kept: tuple[str, ...] = ()) -> Notice:
    lines = (
        f"{counted(events, 'answer')} and {counted(acts, 'act')}, all verified.",
        f"Head, as before: {head}",
        *kept,
    )
    return Notice(f"The record lies in {where} now", Tone.DONE, lines)


_PASSWORD: Final = Field(
    "password",
    "Password",
    Asked.HIDDEN,
    "kept in the key store of this account, or without one in ~/.pgpass; empty if it is kept",
    needed=False,
)

RECORDS: Final = (
    StudyTask(
        "study.move",
        "Move the record to a server",
        GROUP,
        "study move",
        "So that several coordinators can work on it. It goes to an empty PostgreSQL database and stays the same, with "
        "the same head. Names and images stay in this folder, which is opened as before. Stopped, all is as it was.",
        move,
        (Field("address", "Address", hint="postgresql://USER@HOST/DATABASE, an empty database"), _PASSWORD),
        alone=True,
    ),
    StudyTask(
        "study.move_back",
        "Bring the record back from a server",
        GROUP,
        "study move --back",
        "The record comes back into this folder as study.db, the same in every row. What is on the server stays there "
        "and takes nothing more. Stopped, all is as it was.",
        move_back,
        alone=True,
    ),
    StudyTask(
        JOIN_ID,
        "Join a record that lies on a server",
        GROUP,
        "study join",
        "For another coordinator, an auditor or a statistician: a folder of this machine becomes the place to work on "
        "a record that somebody moved to a server. It is new, or holds copies of vault.db and images. Nothing in the "
        "record is changed.",
        join,
        (
            Field("address", "Address", hint="postgresql://LOGIN@HOST/DATABASE, as whoever keeps the server gave it"),
            _PASSWORD,
            Field("folder", "Folder", Asked.FOLDER, "empty: the folder of this window", needed=False),
        ),
        alone=True,
    ),
    StudyTask(
        "study.upgrade",
        "Upgrade the record on a server to this program",
        GROUP,
        "study upgrade",
        "Once for all coordinators, by the login that owns the tables: whole and verified, with the same head, or not "
        "at all. A study in its folder is upgraded when it is opened.",
        upgrade,
        warns="Older versions of the program can't open the record any more: everybody who works on it needs this one.",
        alone=True,
    ),
)
