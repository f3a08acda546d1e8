"""Hospital on this machine's loopback: a scanner that sends by C-STORE, an Orthanc that gives by DICOMweb over TLS."""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

import pytest
from pydicom import dcmread
from pydicom.misc import is_dicom
from pydicom.uid import JPEG2000Lossless, JPEGLosslessSV1, JPEGLSLossless, RLELossless

from tests.builders.servers.orthanc import PASSWORD, PLUGIN, USER, Orthanc, behind_tls, free_port, started

__all__ = ["PASSWORD", "USER", "Hospital", "running"]
TITLE, SCANNER = "TRIAL", "ACHIEVA"
# each file goes in the syntax that it has, as a scanner sends it; storescu proposes one of these at a time
_PROPOSED: Final = {
    JPEGLSLossless: "--propose-jls-lossless",
    RLELossless: "--propose-rle",
    JPEGLosslessSV1: "--propose-lossless",
    JPEG2000Lossless: "--propose-j2k-lossless",
}
LINE: Final = "apt-get install -y --no-install-recommends dcmtk"


@dataclass(frozen=True, slots=True)
class Hospital:
    """One that runs. address, ca: of its DICOMweb, and the certificate that proves it."""

    orthanc: Orthanc
    port: int
    address: str
    ca: Path

    def scanned(self, folder: Path) -> Counter[str]:
        """Send all images of a folder as a scanner does; how many of each study, by its UID."""
        files = sorted(file for file in folder.rglob("*") if file.is_file() and is_dicom(file))
        headers = {file: dcmread(file, stop_before_pixels=True) for file in files}
        for syntax, proposed in _PROPOSED.items():
            mine = [str(file) for file in files if headers[file].file_meta.TransferSyntaxUID == syntax]
            self._send(proposed, mine)
        sent = Counter(str(header.StudyInstanceUID) for header in headers.values())
        assert len(self.stored()) == sent.total(), "the scanner was told of success, and Orthanc has other files"
        return sent

    def _send(self, proposed: str, files: list[str]) -> None:
        how = ["-aet", SCANNER, "-aec", TITLE, proposed, "127.0.0.1", str(self.port)]
        try:
            done = subprocess.run(["storescu", *how, *files], capture_output=True, text=True, check=False)
        except FileNotFoundError:
            pytest.skip(f"needs storescu. On Debian or Ubuntu: sudo {LINE}")
        assert done.returncode == 0, done.stdout + done.stderr

    def stored(self) -> dict[str, str]:
        """The study of each object that is there, by the SHA-256 of its file."""
        found = {}
        for instance in self.orthanc.ask("GET", "/instances").json():
            content = self.orthanc.ask("GET", f"/instances/{instance}/file").content
            tags = self.orthanc.ask("GET", f"/instances/{instance}/study").json()
            found[sha256(content).hexdigest()] = str(tags["MainDicomTags"]["StudyInstanceUID"])
        return found


@contextmanager
def running(folder: Path) -> Iterator[Hospital]:
    """Start it; it has ended when the block has. Skips where Orthanc isn't installed."""
    http, dicom = free_port(), free_port()
    place = folder / "hospital"
    place.mkdir()
    configuration = {
        "StorageDirectory": str(place / "db"),
        "IndexDirectory": str(place / "db"),
        "HttpPort": http,
        "HttpBindAddresses": ["127.0.0.1"],
        "RemoteAccessAllowed": True,
        "AuthenticationEnabled": True,
        "RegisteredUsers": {USER: PASSWORD},
        "DicomAet": TITLE,
        "DicomPort": dicom,
        "DicomCheckCalledAet": True,
        "DicomAlwaysAllowStore": False,
        "DicomModalities": {"scanner": [SCANNER, "127.0.0.1", 104]},
        "OverwriteInstances": False,
        "Plugins": [str(PLUGIN)],
        "DicomWeb": {"Enable": True, "Root": "/dicom-web/"},
    }
    with started(configuration, place):
        orthanc = Orthanc(f"http://127.0.0.1:{http}")
        with behind_tls(orthanc, place) as (address, ca):
            yield Hospital(orthanc, dicom, address, ca)
