"""Orthanc on this machine's loopback, as a hospital runs it: users by password, DICOMweb, and TLS in front of it.

Debian 12's Orthanc 1.10.1 ends with a segmentation fault at the first request by TLS of its own, so a relay speaks TLS
for it, as nginx does in a hospital.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import socketserver
import ssl
import subprocess
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PLUGIN: Final = Path("/usr/share/orthanc/plugins/libOrthancDicomWeb.so")
USER, PASSWORD = "coordinator", "pässword with spaces"  # of a server that lives as long as a test
LINE: Final = "apt-get install -y --no-install-recommends orthanc orthanc-dicomweb"
PATIENCE_S: Final = 60


@dataclass(frozen=True, slots=True)
class Orthanc:
    """One that runs."""

    root: str

    @property
    def address(self) -> str:
        """Of its DICOMweb."""
        return f"{self.root}/dicom-web"

    def receive(self, files: Iterable[Path]) -> None:
        """As if a scanner had sent them."""
        for file in files:
            self.ask("POST", "/instances", file.read_bytes())

    def ask(self, verb: str, path: str, body: bytes = b"") -> requests.Response:
        """One request by Orthanc's own interface, which is not what is tested."""
        session = requests.Session()
        session.trust_env = False
        answer = session.request(
            verb,
            f"{self.root}{path}",
            data=body,
            auth=requests.auth.HTTPBasicAuth(USER.encode(), PASSWORD.encode()),
            timeout=PATIENCE_S,
        )
        answer.raise_for_status()
        return answer


@contextmanager
def orthanc(folder: Path) -> Iterator[Orthanc]:
    """Start one that keeps its files in the folder; it has ended when the block has. Skips where it isn't installed."""
    port = free_port()
    configuration = {
        "StorageDirectory": str(folder / "db"),
        "IndexDirectory": str(folder / "db"),
        "HttpPort": port,
        "HttpBindAddresses": ["127.0.0.1"],
        "RemoteAccessAllowed": True,
        "DicomServerEnabled": False,
        "AuthenticationEnabled": True,
        "RegisteredUsers": {USER: PASSWORD},
        "OverwriteInstances": True,
        "Plugins": [str(PLUGIN)],
        "DicomWeb": {"Enable": True, "Root": "/dicom-web/"},
    }
    with started(configuration, folder):
        server = Orthanc(f"http://127.0.0.1:{port}")
        server.ask("GET", "/system")
        yield server


@contextmanager
def started(configuration: Mapping[str, object], folder: Path) -> Iterator[None]:
    """An Orthanc of that configuration, from its first answer until the block ends. Skips where it isn't installed."""
    program = shutil.which("Orthanc", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None or not PLUGIN.exists():
        pytest.skip(f"needs Orthanc with DICOMweb. On Debian or Ubuntu: sudo {LINE}")
    file, log = folder / "orthanc.json", folder / "orthanc.log"
    file.write_text(json.dumps(configuration), encoding="utf-8")
    with log.open("wb") as said, subprocess.Popen([program, str(file)], stdout=said, stderr=said) as process:
        try:
            end = time.monotonic() + PATIENCE_S
            while b"Orthanc has started" not in log.read_bytes():
                if process.poll() is not None or time.monotonic() > end:
                    pytest.fail(f"Orthanc didn't start: {log.read_text(encoding='utf-8', errors='replace')[-2000:]}")
                time.sleep(0.05)
            yield
        finally:
            # nothing that it has is needed any more, and ending in order takes it seconds
            process.kill()


@contextmanager
def behind_tls(server: Orthanc, folder: Path) -> Iterator[tuple[str, Path]]:
    """The address of the same server behind a relay that speaks TLS, and the certificate that it shows."""
    ca = _certificate(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    inner = urlsplit(server.root)

    class Relay(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with suppress(OSError), socket.create_connection((inner.hostname, inner.port)) as behind:
                back = threading.Thread(target=_copied, args=(behind, self.request))
                back.start()
                _copied(self.request, behind)
                back.join()

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

        def get_request(self) -> tuple[socket.socket, object]:
            connection, address = super().get_request()
            return context.wrap_socket(connection, server_side=True), address

        def handle_error(self, *_: object) -> None:
            """A client that doesn't trust the certificate hangs up, which is what is tested."""

    with Server(("127.0.0.1", 0), Relay) as relay:
        thread = threading.Thread(target=relay.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"https://127.0.0.1:{relay.server_address[1]}/dicom-web", ca
        finally:
            relay.shutdown()
            thread.join()


def _copied(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(1 << 16):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_RDWR)


def free_port() -> int:
    """A port of the loopback that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _certificate(folder: Path) -> Path:
    """A certificate of its own for 127.0.0.1, valid for a day; the file with its key is what the server reads."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    public = certificate.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "server.pem").write_bytes(private + public)
    (folder / "ca.pem").write_bytes(public)
    return folder / "ca.pem"
