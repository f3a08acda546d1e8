"""Network in between: a relay on the loopback that hands everything on after a delay."""

from __future__ import annotations

import socket
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_BYTES = 1 << 16


class _Way:
    """One direction of a connection: what comes in goes out as much later."""

    def __init__(self, source: socket.socket, target: socket.socket, delay_s: float) -> None:
        self._source, self._target, self._delay_s = source, target, delay_s
        self._waiting: deque[tuple[float, bytes]] = deque()
        self._there = threading.Condition()
        for work in (self._take, self._give):
            threading.Thread(target=work, daemon=True).start()

    def _take(self) -> None:
        data = b"-"
        while data:
            try:
                data = self._source.recv(_BYTES)
            except OSError:
                data = b""
            with self._there:
                self._waiting.append((time.monotonic() + self._delay_s, data))
                self._there.notify()

    def _give(self) -> None:
        while True:
            with self._there:
                self._there.wait_for(lambda: bool(self._waiting))
                due, data = self._waiting.popleft()
            time.sleep(max(0.0, due - time.monotonic()))
            try:
                self._target.sendall(data)
            except OSError:
                data = b""
            if not data:
                for end in (self._target, self._source):
                    with suppress(OSError):
                        end.shutdown(socket.SHUT_RDWR)
                return


@contextmanager
def delayed(port: int, delay_s: float) -> Iterator[int]:
    """The port of a relay to that port; each way takes `delay_s`, so a round trip takes twice that."""
    listening = socket.create_server(("127.0.0.1", 0))
    held: list[socket.socket] = []

    def accept() -> None:
        with suppress(OSError):
            while True:
                client, _ = listening.accept()
                held.append(client)
                try:
                    server = socket.create_connection(("127.0.0.1", port))
                except OSError:
                    client.close()
                    continue
                held.append(server)
                for one in (client, server):
                    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                _Way(client, server, delay_s)
                _Way(server, client, delay_s)

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield int(listening.getsockname()[1])
    finally:
        # a thread that waits for a connection isn't woken by closing alone
        with suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        for one in held:
            with suppress(OSError):
                one.close()
        thread.join()
