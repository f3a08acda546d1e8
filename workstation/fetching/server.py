"""Server that gives pieces of images by HTTPS, with a line for each way in which it can fail."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import requests
import urllib3

from workstation.fetching.source import FetchRefused, PasswordWanted, Stop, Stopped, whole
from workstation.web.address import Credentials
from workstation.web.session import is_usable, session_of

CONNECT_S: Final = 5.0
READ_S: Final = 15.0
# of a whole piece: what comes slower than 8 kB a second isn't waited for
PIECE_S: Final = 30.0
SLOWEST: Final = 8 << 10
_CHUNK: Final = 1 << 16
_OK, _SENDS_ON, _UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND = 200, 300, 401, 403, 404
_LAST_SENT_ON: Final = 400


class Server:
    """An HTTPS server, asked over one connection a thread.

    No answer is followed to another address, where the password would go along.
    """

    def __init__(self, address: str, credentials: Credentials, ca: Path | None) -> None:
        self._address, self._credentials, self._ca = address, credentials, ca
        self.host = urlsplit(address).hostname or ""
        self._threads = threading.local()
        if ca is not None and not is_usable(ca):
            raise FetchRefused(
                "the file of certificates of the server's authority can't be read. Give it again with "
                "`ramris fetch DIR --ca FILE`; it must be a PEM file"
            )

    def piece(self, name: str, size: int, stop: Stop) -> bytes:
        """See `Source`."""
        trouble: FetchRefused | None = None
        try:
            with self._session().get(
                f"{self._address}/{name}", timeout=(CONNECT_S, READ_S), stream=True, allow_redirects=False
            ) as answer:
                self._check(answer.status_code)
                return whole(self._content(answer, size, stop), size, self.host)
        except (requests.RequestException, OSError, UnicodeError) as error:
            trouble = self._lost(error)
        raise trouble

    def done(self) -> None:
        """See `Source`: the connection of this thread is closed."""
        session: requests.Session | None = getattr(self._threads, "session", None)
        if session is not None:
            session.close()
            del self._threads.session

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._threads, "session", None)
        if session is None:
            session = self._threads.session = session_of(self._credentials, self._ca)
        return session

    def _content(self, answer: requests.Response, size: int, stop: Stop) -> bytes:
        content, until = bytearray(), time.monotonic() + PIECE_S + size / SLOWEST
        trouble: FetchRefused | None = None
        try:
            # as much as comes at once: a server that sends a byte now and then is seen
            while len(content) <= size and (part := answer.raw.read1(min(_CHUNK, size + 1 - len(content)))):
                content += part
                if stop():
                    raise Stopped
                if time.monotonic() > until:
                    raise FetchRefused(f"{self.host} is too slow. Try again, or ask whoever runs it")
        except urllib3.exceptions.TimeoutError:
            trouble = self._too_late()
        except (urllib3.exceptions.HTTPError, OSError):
            trouble = self._broke()
        if trouble is not None:
            raise trouble
        return bytes(content)

    def _check(self, status: int) -> None:
        if status == _OK:
            return
        if status == _UNAUTHORIZED and self._credentials.user and not self._credentials.token:
            raise PasswordWanted(f"{self.host} wants the password, or another one than it got")
        if status in {_UNAUTHORIZED, _FORBIDDEN}:
            raise FetchRefused(
                f"{self.host} refuses this user. `ramris fetch DIR --user NAME --keep-password` asks for the password "
                "and keeps it"
            )
        if status == _NOT_FOUND:
            raise FetchRefused(f"{self.host} has no such image. Tell the coordinator")
        if _SENDS_ON <= status < _LAST_SENT_ON:
            raise FetchRefused(f"{self.host} sends on to another address, which isn't followed. Tell the coordinator")
        raise FetchRefused(f"{self.host} answers with status {status}. Try again later, or tell the coordinator")

    def _lost(self, error: Exception) -> FetchRefused:
        match error:
            case requests.exceptions.SSLError():
                return FetchRefused(
                    f"{self.host} can't prove who it is: its certificate isn't trusted here. Give the certificate of "
                    "its authority with `ramris fetch DIR --ca FILE`"
                )
            case requests.exceptions.Timeout():
                return self._too_late()
            case UnicodeError() | requests.exceptions.InvalidURL():
                return FetchRefused(f"{self.host!a:.80} is no name of a server")
            case _:
                return self._broke()

    def _too_late(self) -> FetchRefused:
        return FetchRefused(f"{self.host} doesn't answer in time. Check the network, then try again")

    def _broke(self) -> FetchRefused:
        return FetchRefused(
            f"{self.host} can't be reached, or the connection broke. Check the network, then try again", again=True
        )
