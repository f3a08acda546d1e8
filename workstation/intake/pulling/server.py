"""Server of scans as DICOMweb offers it: its address, who asks, and one line for each way in which it can fail.

QIDO-RS and WADO-RS: DICOM PS3.18, sections 10.6 and 10.4.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Self
from urllib.parse import urlsplit

import requests

from scoring.errors import RamrisError
from workstation.web.address import Credentials, Words, address_of
from workstation.web.session import is_usable, session_of

CONNECT_S: Final = 10.0
READ_S: Final = 60.0
CHUNK_BYTES: Final = 1 << 18
# a list of 200 studies has some 0.2 MB
MOST_JSON_BYTES: Final = 64 << 20
_SENDS_ON, _REFUSES = 300, 400


class PullRefused(RamrisError):
    """The server can't be asked, or its answer can't be used."""


OF_A_SERVER: Final = Words(
    PullRefused,
    "a server",
    "https://orthanc.hospital.org/dicom-web",
    "the name of the service alone, such as .../dicom-web",
    "Give the user with --user; you are asked",
    "names",
)


class Server:
    """A DICOMweb service that is asked over one connection. Close it, or use it in a `with` block.

    No answer is followed to another address, where the password would go along.
    """

    def __init__(
        self, address: str, credentials: Credentials, ca: Path | None = None, *, kept: str = "what was fetched is kept"
    ) -> None:
        """`kept`: what is said of what was done before a connection was lost.

        Raises:
            PullRefused: the file of certificates can't be read, or the address is none.
        """
        self._kept = kept
        self.address = address_of(address, OF_A_SERVER)
        self.host = urlsplit(self.address).hostname or ""
        if ca is not None and not ca.is_file():
            raise PullRefused(f"{ca}: there is no such file. Give the certificate of the server's authority as PEM")
        if ca is not None and not is_usable(ca):
            raise PullRefused(f"{ca} holds no certificate that can be read. It must be a PEM file")
        self._session = session_of(credentials, ca)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def json(self, path: str, query: Mapping[str, str]) -> object:
        """What QIDO answers; an empty list where it says that nothing is there.

        Raises:
            PullRefused: no answer, or none that is JSON.
        """
        with self._asked(path, query, "application/dicom+json") as answer:
            if answer.status_code == requests.codes.no_content:
                return []
            return self._decoded(answer)

    def store(self, body: bytes, boundary: str) -> object:
        """What STOW-RS answers to a body of parts of one object each.

        Raises:
            PullRefused: no answer, or none that is JSON.
        """
        headers = {
            "Content-Type": f'multipart/related; type="application/dicom"; boundary={boundary}',
            "Accept": "application/dicom+json",
        }
        try:
            answer = self._session.post(
                f"{self.address}/studies",
                data=body,
                headers=headers,
                timeout=(CONNECT_S, READ_S),
                stream=True,
                allow_redirects=False,
            )
        except (requests.RequestException, OSError, UnicodeError) as error:
            raise self._lost(error) from error
        with answer:
            # all refused: the answer says of each why (PS3.18 table 10.5.3-1)
            if answer.status_code != requests.codes.conflict:
                self._check(answer.status_code)
            return self._decoded(answer)

    def _decoded(self, answer: requests.Response) -> object:
        said = bytearray()
        for chunk in self._bytes(answer):
            said += chunk
            if len(said) > MOST_JSON_BYTES:
                raise PullRefused(
                    f"{self.host} answers a query with more than {MOST_JSON_BYTES >> 20} MB. Ask for less"
                )
        try:
            found: object = json.loads(said)
        except (ValueError, RecursionError) as error:
            raise PullRefused(f"{self.host} doesn't answer in DICOM JSON. {_service_hint(self.address)}") from error
        return found

    @contextmanager
    def stream(self, path: str, accept: str) -> Iterator[tuple[str, Iterator[bytes]]]:
        """The type of content of an answer, and its bytes as they come.

        Raises:
            PullRefused: no answer, also later, while bytes are taken.
        """
        with self._asked(path, {}, accept) as answer:
            yield answer.headers.get("Content-Type", ""), self._bytes(answer)

    def _bytes(self, answer: requests.Response) -> Iterator[bytes]:
        try:
            yield from answer.iter_content(CHUNK_BYTES)
        except requests.RequestException as error:
            raise self._lost(error) from error

    @contextmanager
    def _asked(self, path: str, query: Mapping[str, str], accept: str) -> Iterator[requests.Response]:
        try:
            answer = self._session.get(
                f"{self.address}/{path}",
                params=dict(query),
                headers={"Accept": accept},
                timeout=(CONNECT_S, READ_S),
                stream=True,
                allow_redirects=False,
            )
        except (requests.RequestException, OSError, UnicodeError) as error:
            raise self._lost(error) from error
        with answer:
            self._check(answer.status_code)
            yield answer

    def _check(self, status: int) -> None:
        if status in {requests.codes.unauthorized, requests.codes.forbidden}:
            raise PullRefused(f"{self.host} refuses this user. Check user and password, or the token")
        if status in {requests.codes.not_found, requests.codes.method_not_allowed}:
            raise PullRefused(f"{self.host} has no DICOMweb there. {_service_hint(self.address)}")
        if _SENDS_ON <= status < _REFUSES:
            raise PullRefused(f"{self.host} sends on to another address. Give that address itself")
        if status >= _REFUSES:
            raise PullRefused(f"{self.host} answers with status {status}. Ask whoever runs it, then try again")

    def _lost(self, error: Exception) -> PullRefused:
        match error:
            case requests.exceptions.SSLError():
                return PullRefused(
                    f"{self.host} can't prove who it is: its certificate isn't trusted here. Give the certificate of "
                    "its authority with --ca FILE"
                )
            case requests.exceptions.Timeout():
                return PullRefused(f"{self.host} doesn't answer in time. Try again; {self._kept}")
            case UnicodeError() | requests.exceptions.InvalidURL():
                return PullRefused(f"{self.host!a:.80} is no name of a server")
            case _:
                return PullRefused(
                    f"{self.host} can't be reached, or the connection broke. Check the address and the network, then "
                    f"try again; {self._kept}"
                )


def _service_hint(address: str) -> str:
    return "" if address.endswith("/dicom-web") else "Orthanc's address ends with /dicom-web"
