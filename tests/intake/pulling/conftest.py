"""An Orthanc with a pair of visits, and servers that answer badly."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.builders.dicom_files import a_visit
from tests.builders.servers.loopback import Quiet, dicom_web
from tests.builders.servers.orthanc import Orthanc, orthanc

Answer = tuple[int, dict[str, str], bytes]
Answers = Callable[[str], Answer]


@pytest.fixture
def hospital(tmp_path: Path) -> Iterator[Orthanc]:
    """A server that has two visits of one person."""
    sent = tmp_path / "sent"
    a_visit(sent / "one", "1.2.3", StudyDate="20260105")
    a_visit(sent / "two", "1.2.4", StudyDate="20260506", StudyInstanceUID="1.2.4")
    folder = tmp_path / "orthanc"
    folder.mkdir()
    with orthanc(folder) as server:
        server.receive(sorted(path for path in sent.rglob("*") if path.is_file()))
        yield server


@contextmanager
def answering(answers: Answers) -> Iterator[str]:
    """A server on the loopback that says what `answers` says to a path; its address."""

    class Handler(Quiet):
        def do_GET(self) -> None:  # noqa: N802 - name of the library
            status, headers, body = answers(self.path)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

    with dicom_web(Handler) as address:
        yield address
