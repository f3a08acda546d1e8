"""Connections of a run of tests to its server, kept when they are closed: each new one is a process, TLS and a login.

What a test has left in one is forgotten (DISCARD ALL) before it is given to the next.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, ClassVar, Self

import psycopg
import pytest
from psycopg.pq import TransactionStatus

from storage.database import server_store
from storage.database.impatient import Watchful

_FREE = 8


class Kept(Watchful):
    """One of them."""

    free: ClassVar[dict[str, list[Kept]]] = defaultdict(list)
    # what it was made for; "" where it is never kept
    made_for = ""

    @classmethod
    def connect_with(cls, password: str | None, **given: Any) -> Self:  # noqa: ANN401 - the driver's
        """One that is free, or a new one."""
        key = repr((password, sorted(given.items())))
        while cls.free[key]:
            found = cls.free[key].pop()
            with suppress(psycopg.Error):
                # it has gone with its server, or its server forgot it
                found.execute("DISCARD ALL")
                return found  # type: ignore[return-value] # there is no other kind
        made = super().connect_with(password, **given)
        assert isinstance(made, cls)
        made.made_for = key
        return made

    def close(self) -> None:
        """Keep it for the next, if nothing hangs on it."""
        idle = not self.closed and self.pgconn.transaction_status == TransactionStatus.IDLE
        if self.made_for and idle and len(self.free[self.made_for]) < _FREE:
            self.autocommit = True
            self.free[self.made_for].append(self)
        else:
            super().close()


@contextmanager
def kept_connections() -> Iterator[None]:
    """As long as the block lasts, records on servers are asked by them."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(server_store, "Watchful", Kept)
        try:
            yield
        finally:
            for some in Kept.free.values():
                for one in some:
                    one.made_for = ""
                    one.close()
            Kept.free.clear()
