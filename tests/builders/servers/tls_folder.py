"""A server on the loopback that shows a folder by HTTPS, as nginx would, or answers as badly as a test says."""

from __future__ import annotations

import http.server
import socket
import ssl
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.builders.servers.certificates import authority, certificate_for
from tests.builders.servers.loopback import Quiet

# what is sent in one go where a rate is given
_SLICE = 16 << 10

Odd = Callable[[Quiet, bytes], bool]
"""Answers a request for a piece in its own way, given what would be right; False leaves it to the server."""


@dataclass
class Shown:
    """A folder as it is shown. asked: the paths that were asked for. odd: how else to answer, if at all.

    rate: bytes a second for all together. user: "name:password" in base64, if one is asked for.
    """

    folder: Path
    address: str = ""
    ca: Path = Path()
    asked: list[str] = field(default_factory=list)
    odd: Odd | None = None
    rate: float = 0.0
    user: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def send(self, handler: Quiet, content: bytes) -> None:
        """The content, as fast as the rate allows."""
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        if not self.rate:
            handler.wfile.write(content)
            return
        for start in range(0, len(content), _SLICE):
            part = content[start : start + _SLICE]
            with self.lock:
                time.sleep(len(part) / self.rate)
            handler.wfile.write(part)


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate of 127.0.0.1 together with its authority's, which vouches for it, and its key."""
    folder.mkdir(parents=True, exist_ok=True)
    above, own = authority(folder), certificate_for(folder, "127.0.0.1")
    chain = folder / "chain.pem"
    chain.write_bytes(own.read_bytes() + above.read_bytes())
    return chain, own.with_suffix(".key")


class _OverTls(http.server.ThreadingHTTPServer):
    """Each connection has a thread; its handshake is that thread's."""

    daemon_threads = True
    # four threads of a client begin at once, and a busy machine accepts them late
    request_queue_size = 64

    def get_request(self) -> tuple[socket.socket, Any]:
        """The next connection."""
        try:
            return super().get_request()
        except OSError as error:
            # ssl.SSLSocket leaves its socket open where the client has reset the connection before it was accepted
            for frame, _ in traceback.walk_tb(error.__traceback__):
                half = frame.f_locals.get("self")
                if isinstance(half, ssl.SSLSocket) and half is not self.socket:
                    half.close()
            raise

    def handle_error(self, *_: object) -> None:
        """A client that goes away is no news."""


@contextmanager
def shown(folder: Path, pair: tuple[Path, Path]) -> Iterator[Shown]:
    """The folder, shown at an https:// address while the block lasts; it may not be there yet."""
    server_of = Shown(folder)

    class Handler(Quiet):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:  # noqa: N802 - name of the library
            server_of.asked.append(self.path)
            if server_of.user and self.headers.get("Authorization") != f"Basic {server_of.user}":
                self._plainly(401)
                return
            path = folder / self.path.removeprefix("/images/")
            if not self.path.startswith("/images/") or not path.is_file():
                self._plainly(404)
                return
            content = path.read_bytes()
            with suppress(OSError):
                if server_of.odd is None or not server_of.odd(self, content):
                    server_of.send(self, content)

        def _plainly(self, status: int) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

    server = _OverTls(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*pair)
    # the handshake is the thread's of that connection
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    server_of.address, server_of.ca = f"https://127.0.0.1:{server.server_address[1]}/images", pair[0]
    try:
        yield server_of
    finally:
        # a client whose connection is reset while it begins leaves a socket open, by a fault of ssl.SSLSocket: whoever
        # still fetches comes to an end first
        for fetching in threading.enumerate():
            if fetching.name.startswith("fetch-"):
                fetching.join(3)
        server.shutdown()
        server.server_close()
        thread.join()
