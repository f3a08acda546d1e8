"""Server where copies meet, made ready, with a login for each reader and one for the coordinator."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from storage.database.server_address import Address, address_of
from storage.server.connecting import Server
from storage.server.published import put
from storage.server.sending import Copy, Sender
from storage.server.setting_up import Login, initialise, make_login
from tests.builders.editions import READERS
from tests.builders.servers.postgresql import ADMIN, PASSWORD, PostgreSQL

COORDINATOR = ""


@dataclass(frozen=True, slots=True)
class Hub:
    """One, with its logins by the reader's id; "" is the coordinator's."""

    postgresql: PostgreSQL
    database: str
    logins: dict[str, Login]

    def address(self, who: str = COORDINATOR, port: int | None = None) -> Address:
        """Of the database, for somebody; `port` is that of something in between."""
        text = self.postgresql.url(self.database, self.logins[who].name)
        found = address_of(text, self.postgresql.ca)
        return found if port is None else Address(found.host, port, found.database, found.user, found.ca)

    def connect(self, who: str = COORDINATOR, port: int | None = None, deadline_s: float = 5.0) -> Server:
        """As that person."""
        return Server.connect(self.address(who, port), self.logins[who].password, deadline_s)

    def put(self, study: Path, copy: Path) -> None:
        """As the coordinator does it."""
        with self.connect() as server:
            put(server, study, copy)

    def send(self, copy: Path, reader: str = READERS[0], port: int | None = None) -> int:
        """As that reader does it; how many rows went."""
        opened = Copy(copy)
        try:
            with self.connect(reader, port) as server:
                return Sender(opened, server).send()
        finally:
            opened.close()


@contextmanager
def hub(postgresql: PostgreSQL, readers: tuple[str, ...] = READERS) -> Iterator[Hub]:
    """It, as long as the block lasts."""
    with postgresql.database() as name:
        with Server.connect(address_of(postgresql.url(name, ADMIN), postgresql.ca), PASSWORD, 60) as server:
            initialise(server)
            logins = {reader: make_login(server, reader) for reader in readers}
            logins[COORDINATOR] = make_login(server, None)
        try:
            yield Hub(postgresql, name, logins)
        finally:
            _forget(postgresql, name, logins)


def _forget(postgresql: PostgreSQL, name: str, logins: dict[str, Login]) -> None:
    """Roles are of the whole server: those of a test go with its database."""
    with postgresql.connect() as admin:
        for login in logins.values():
            admin.execute(f'REVOKE ALL ON DATABASE "{name}" FROM {login.name}'.encode())
            admin.execute(f"DROP ROLE {login.name}".encode())
