"""Connections to a server that are given up when nobody answers: no timeout of the server's own helps against that.

A hung server's kernel still takes what is sent. Where a statement may take its time (an audit reads a million rows by
one) silence alone proves nothing: then the server is asked whether it is still there, beside the connection.
"""

from __future__ import annotations

import selectors
import socket
import struct
import time
from typing import Any, Final

import psycopg
from psycopg.waiting import Ready

DEADLINE_S: Final = 5.0
# both together are how long nobody is told anything
SILENCE_S, ANSWER_S = 2.5, 2.0
# what a client asks first: whether TLS is spoken. It is answered before anybody is let in, by S, or N for no
# https://www.postgresql.org/docs/current/protocol-message-formats.html, SSLRequest
_ASKED: Final = struct.pack("!ii", 8, 80877103)
_ANSWERS: Final = (b"S", b"N")


class Unanswered(psycopg.OperationalError):
    """No answer came in time; the connection is closed. What was asked may still be done."""


class Impatient(psycopg.Connection[tuple[Any, ...]]):
    """Each statement has `deadline_s`, and no more."""

    deadline_s = DEADLINE_S

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:  # noqa: ANN401 - the driver's
        """What the generator comes to; it says when it wants to read or write."""
        began = heard = time.monotonic()
        try:
            wanted = next(gen)
            with selectors.DefaultSelector() as selector:
                while True:
                    selector.register(self.pgconn.socket, wanted)
                    ready = selector.select(timeout=interval)
                    selector.unregister(self.pgconn.socket)
                    now = time.monotonic()
                    if ready:
                        heard = now
                    elif self._given_up(now - began, now - heard, timeout):
                        break
                    wanted = gen.send(Ready(ready[0][1]) if ready else Ready.NONE)
        except StopIteration as done:
            return done.value
        self.pgconn.finish()
        raise Unanswered("no answer in time")

    def _given_up(self, waited_s: float, _silent_s: float, timeout: float | None) -> bool:
        return waited_s >= (self.deadline_s if timeout is None else timeout)


class Watchful(Impatient):
    """A statement may take as long as the server says that it is there."""

    _answered_s = 0.0

    @classmethod
    def connect_with(cls, password: str | None, **given: Any) -> Watchful:  # noqa: ANN401 - the driver's
        """With a password that was kept, or else as PostgreSQL's library finds one: the kept one may be of before.

        Raises:
            psycopg.OperationalError: no connection was made.
        """
        if password is not None:
            began = time.monotonic()
            try:
                return cls.connect("", password=password, **given)
            except psycopg.OperationalError:
                # a server that refuses does so at once; one that hangs isn't waited for twice
                if time.monotonic() - began > SILENCE_S:
                    raise
        return cls.connect("", **given)

    def _given_up(self, _waited_s: float, silent_s: float, _timeout: float | None) -> bool:
        if silent_s < SILENCE_S:
            self._answered_s = 0.0
            return False
        if silent_s - self._answered_s < SILENCE_S:
            return False
        if not answers(self.pgconn.host.decode(), self.pgconn.hostaddr.decode(), int(self.pgconn.port)):
            return True
        self._answered_s = silent_s
        return False


def answers(host: str, address: str, port: int, patience_s: float = ANSWER_S) -> bool:
    """Whether a server says anything there.

    Args:
        host: its name, or the folder of its socket.
        address: in numbers, as it was found.
        port: of both.
        patience_s: how long it may take.
    """
    is_socket = host.startswith("/")
    where: Any = f"{host}/.s.PGSQL.{port}" if is_socket else (address or host, port)
    family = socket.AF_UNIX if is_socket else socket.AF_INET6 if ":" in where[0] else socket.AF_INET
    try:
        with socket.socket(family) as asking:
            asking.settimeout(patience_s)
            asking.connect(where)
            asking.sendall(_ASKED)
            return asking.recv(1) in _ANSWERS
    except OSError:
        return False
