"""A server on the loopback that answers as a test says."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Quiet(http.server.BaseHTTPRequestHandler):
    """A handler that writes no log: a test says nothing."""

    def log_message(self, *_: object) -> None:
        """Nothing."""


@contextmanager
def dicom_web(handler: type[Quiet]) -> Iterator[str]:
    """It, as long as the block lasts; its address as a DICOMweb client is given it."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/dicom-web"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
