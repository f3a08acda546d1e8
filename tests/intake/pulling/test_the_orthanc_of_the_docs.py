"""The configuration of docs/server.md, started as it stands there, and attacked from the network by a stranger."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.builders.dicom_files import a_slice, written
from tests.builders.servers.orthanc import free_port, started

PAGE = Path(__file__).parents[3] / "docs" / "server.md"
# what a hospital puts in place of the page's own
KNOWN_SCANNER = "ACHIEVA"


@pytest.fixture
def configuration(tmp_path: Path) -> dict[str, Any]:
    """That of the page, with places and ports of this machine."""
    [block] = re.findall(r"```json\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    found: dict[str, Any] = json.loads(block)
    database = str(tmp_path / "db")
    return found | {
        "StorageDirectory": database,
        "IndexDirectory": database,
        "HttpPort": free_port(),
        "DicomPort": free_port(),
    }


@pytest.fixture
def inbox(configuration: dict[str, Any], tmp_path: Path) -> Iterator[dict[str, Any]]:
    with started(configuration, tmp_path):
        yield configuration


def sent(configuration: dict[str, Any], folder: Path, calling: str, called: str = "") -> bool:
    """Whether a scan that is sent from this machine under that name is taken."""
    program = shutil.which("storescu")
    if program is None:
        pytest.skip("needs dcmtk. On Debian or Ubuntu: sudo apt-get install -y --no-install-recommends dcmtk")
    file = written(a_slice("1.2.3.1.1"), folder / "slice.dcm")
    port, aet = str(configuration["DicomPort"]), called or str(configuration["DicomAet"])
    command = [program, "-aet", calling, "-aec", aet, "-to", "20", "127.0.0.1", port, str(file)]
    done = subprocess.run(command, capture_output=True, check=False, timeout=60)
    return done.returncode == 0


def asked(configuration: dict[str, Any], path: str, password: str = "") -> int:
    session = requests.Session()
    session.trust_env = False
    who = ("coordinator", password) if password else None
    return session.get(f"http://127.0.0.1:{configuration['HttpPort']}{path}", auth=who, timeout=30).status_code


def test_a_stranger_stores_nothing(inbox: dict[str, Any], tmp_path: Path) -> None:
    assert not sent(inbox, tmp_path, "STRANGER")


def test_the_name_of_a_known_scanner_from_another_address_stores_nothing(inbox: dict[str, Any], tmp_path: Path) -> None:
    assert not sent(inbox, tmp_path, KNOWN_SCANNER)


def test_a_known_scanner_stores_and_one_that_calls_another_name_does_not(
    configuration: dict[str, Any], tmp_path: Path
) -> None:
    here = configuration | {"DicomModalities": {"achieva": [KNOWN_SCANNER, "127.0.0.1", 104]}}
    with started(here, tmp_path):
        assert not sent(here, tmp_path, KNOWN_SCANNER, "ORTHANC")
        assert sent(here, tmp_path, KNOWN_SCANNER)


@pytest.mark.parametrize("path", ["/dicom-web/studies", "/patients", "/app/explorer.html", "/system", "/changes"])
def test_without_the_password_nothing_is_answered(inbox: dict[str, Any], path: str) -> None:
    [(_, password)] = inbox["RegisteredUsers"].items()

    assert asked(inbox, path) == requests.codes.unauthorized
    assert asked(inbox, path, "a guess") == requests.codes.unauthorized
    assert asked(inbox, path, password) == requests.codes.ok
