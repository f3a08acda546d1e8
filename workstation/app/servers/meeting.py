"""Server where copies of readers at other sites meet: made ready, given copies, asked what came, and sent to."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from workstation.app.servers import passwords
from workstation.errors import UsageRefused

if TYPE_CHECKING:
    from storage.database.server_address import Address
    from storage.server.board import Line
    from storage.server.coming_home import Home
    from storage.server.connecting import Server
    from storage.server.setting_up import Login

Ask = Callable[[str], str]
# commands that a person waits for; a reader's window waits for none
PATIENT_S = 60.0


def connect(url: str, ca: Path | None, ask: Ask) -> Server:
    """The server of that address; `ask` is given whose password is wanted where nothing else says it."""
    from storage.database.server_address import address_of
    from storage.server.connecting import Server

    address = address_of(url, ca)
    return Server.connect(address, password_of(address, ask), PATIENT_S)


def password_of(address: Address, ask: Ask) -> str:
    """From the environment, the key store of this account, or whoever is asked; "" where the system vouches."""
    if address.is_socket and not address.user:
        return ""
    if not address.user:
        raise UsageRefused(f"{address.name} names no login: postgresql://LOGIN@HOST/DATABASE")
    return passwords.of_database(address.name, ask, by_socket=address.is_socket)


def initialise(url: str, ca: Path | None, ask: Ask) -> tuple[str, ...]:
    """Make a database ready; what an administrator must know."""
    from storage.server import setting_up

    with connect(url, ca, ask) as server:
        return setting_up.initialise(server)


def login(url: str, ca: Path | None, ask: Ask, *, reader: str | None, anew: bool) -> tuple[Login, str]:
    """A login for a reader, or a coordinator (None), or the reader's with another password; and its address."""
    from storage.server import setting_up

    with connect(url, ca, ask) as server:
        made = setting_up.new_password(server, reader) if anew and reader else setting_up.make_login(server, reader)
        return made, server.address.of(made.name)


def record_login(url: str, ca: Path | None, ask: Ask, role: str) -> tuple[Login, str]:
    """A login on a study's record for an auditor or a statistician; and its address."""
    from storage.server.record_roles import make_record_login

    with connect(url, ca, _or_as_of_a_record(url, ask)) as server:
        made = make_record_login(server, role)
        return made, server.address.of(made.name)


def _or_as_of_a_record(url: str, ask: Ask) -> Ask:
    """Who is asked where nothing else says the password: first what commands on a study's record take."""

    def asked(name: str) -> str:
        from storage.database import record_password
        from storage.database.server_address import address_of

        known = os.environ.get(record_password.VARIABLE) or record_password.kept(address_of(url, proven=False))
        return ask(name) if known is None else known

    return asked


def logins(url: str, ca: Path | None, ask: Ask) -> list[tuple[str, str, str | None]]:
    """Who has which login, where copies meet and on a study's record; the reader's id, None of others.

    Raises:
        UsageRefused: the database holds neither.
    """
    from storage.server import record_roles, setting_up

    with connect(url, ca, _or_as_of_a_record(url, ask)) as server:
        copies, record = setting_up.takes_copies(server), record_roles.holds_record(server)
        if not (copies or record):
            raise UsageRefused(
                f"{server.address.name} holds neither copies nor a record: `ramris server init` makes it ready for "
                "copies, `ramris study move DIR URL` brings a record there"
            )
        found = setting_up.logins(server) if copies else []
        return [*found, *((name, role, None) for name, role in (record_roles.record_logins(server) if record else ()))]


def board(url: str, ca: Path | None, ask: Ask) -> tuple[Line, ...]:
    """How far each copy is."""
    from storage.server.board import board as lines

    with connect(url, ca, ask) as server:
        return lines(server)


def ready_for_another(study: Path, reader: str | None, url: str, ca: Path | None, ask: Ask) -> tuple[str, ...]:
    """See that the server takes copies; a line for each older copy of the reader, or of all, that isn't merged."""
    from storage.server.coming_home import unmerged

    with connect(url, ca, ask) as server:
        return tuple(
            f"the copy of {line.reader}, handed over {line.handed}, has sent {line.answers} "
            f"answer{'' if line.answers == 1 else 's'}, and not all that it sent is merged"
            for line in unmerged(study, server, reader)
        )


def put(study: Path, copies: Sequence[Path], url: str, ca: Path | None, ask: Ask) -> None:
    """Put copies on the server that were handed over; those that are there stay."""
    from storage.server import published

    with connect(url, ca, ask) as server:
        for copy in copies:
            published.put(server, study, copy)


def put_or_told(study: Path, copies: Sequence[Path], url: str, ca: Path | None, ask: Ask) -> None:
    """The same behind a hand-over: where it can't be done now, the refusal says how it is done later."""
    from storage.errors import StudyError

    try:
        put(study, copies, url, ca, ask)
    except StudyError as error:
        said = str(error)
    else:
        return
    later = " ".join(f'"{copy}"' for copy in copies)
    raise UsageRefused(f"{said}. The copies are handed over all the same: ramris server put {url} {study} {later}")


def merge(study: Path, url: str, ca: Path | None, ask: Ask, why: str) -> Home:
    """Bring home what all copies have by now."""
    from storage.server.coming_home import bring_home
    from storage.study.coordinator import CoordinatorStudy
    from workstation.app.safekeeping import keep_safe

    if why:
        with CoordinatorStudy.open(study) as opened:
            opened.check_reason(why)
    with connect(url, ca, ask) as server:
        done = bring_home(study, server, other_images_why=why)
    if done.merged:
        keep_safe(study)
    return done


def send(copy: Path, url: str, ca: Path | None, ask: Ask) -> tuple[int, int]:
    """Send what is new in a copy: (answers and acts that went, that are left)."""
    from storage.server.sending import Copy, Sender

    opened = Copy(copy)
    try:
        with connect(url, ca, ask) as server:
            sender = Sender(opened, server)
            return sender.send(), opened.unsent(sender.head)
    finally:
        opened.close()
