"""Copies on the server as the coordinator watches them: who has sent what, when, and what isn't merged yet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from workstation.app.servers import passwords
from workstation.app.servers.meeting import password_of
from workstation.errors import UsageRefused
from workstation.managing.meeting_board import Asking, CopyLine

if TYPE_CHECKING:
    from storage.database.server_address import Address
    from storage.server.connecting import Server


class Copies:
    """Asked every few seconds: one connection is kept while somebody looks, and made anew when it was lost."""

    def __init__(self, study: Path, asking: Asking) -> None:
        from storage.server.unmerged import Unmerged

        self._study, self._asking = study, asking
        self._address, self._password = opened(study, asking)
        self._server: Server | None = None
        self._unmerged = Unmerged(study)

    def look(self) -> tuple[CopyLine, ...]:
        """A line for each copy, in the order in which they were handed over.

        Raises:
            ServerAway: it doesn't answer now; the next look may.
            StudyError: it refuses, or the study can't be read.
        """
        from storage.errors import ServerAway
        from storage.server.board import board
        from storage.server.connecting import Server

        if self._server is None:
            self._server = Server.connect(self._address, self._password)
            keep_what_was_typed(self._study, self._address, self._asking, self._password)
        try:
            lines = board(self._server)
        except ServerAway:
            self.close()
            raise
        left = self._unmerged.of(lines)
        return tuple(
            CopyLine(
                line.reader,
                line.handed,
                line.cases,
                line.signed,
                line.answers,
                left[line.token],
                line.received or "",
                line.heard or "",
            )
            for line in lines
        )

    def close(self) -> None:
        """Hang up; again does nothing."""
        if self._server is not None:
            self._server.close()
            self._server = None


def opened(study: Path, asking: Asking) -> tuple[Address, str]:
    """Address and password as they were typed; of an empty address those of the last time.

    Raises:
        UsageRefused: there is no address, or no password is typed and none is kept.
        AddressRefused: it is none.
    """
    from storage.database.server_address import address_of
    from storage.files.meeting_file import meeting_of

    last = meeting_of(study)
    text = asking.address or (last.address if last else "")
    if not text:
        raise UsageRefused("“Address” is empty: whoever keeps the server gave it with the login of a coordinator")
    ca = asking.ca or (last.ca if last and text == last.address else "")
    address = address_of(text, Path(ca) if ca else None)

    def typed(name: str) -> str:
        if not asking.password:
            raise UsageRefused(f"“Password” is empty, and none is kept for {name}")
        return asking.password

    return address, asking.password or password_of(address, typed)


def keep_what_was_typed(study: Path, address: Address, asking: Asking, password: str) -> None:
    """The server took it: the study remembers the address, and the key store the password where that is wanted.

    Raises:
        EnvironmentLacks: there is no key store.
    """
    from storage.database.server_address import SYSTEM
    from storage.files.meeting_file import MeetsAt, remember_meeting

    try:
        remember_meeting(study, MeetsAt(address.name, "" if address.ca == SYSTEM else address.ca))
    except OSError as error:
        raise UsageRefused(f"The study's folder can't be written ({error.strerror}); nothing was done") from error
    if asking.keep and password:
        passwords.keep_of_database(address.name, password)
