"""PostgreSQL on this machine's loopback, as a sponsor runs it: passwords by SCRAM, TLS with a certificate of its own.

One server serves a whole run of tests, and each test has a database of its own. Nothing of it reaches the disk (fsync
is off): a killed process loses nothing by that, a power cut isn't what is tested.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import IO, Any, Final

import psycopg
import pytest
from psycopg import sql

from tests.builders.servers.certificates import authority, certificate_for
from tests.builders.servers.orthanc import free_port

ADMIN, PASSWORD = "administrator", "pässword of nobody"  # of a server that lives as long as the tests
HOST: Final = "localhost"
LINE: Final = "apt-get install -y --no-install-recommends postgresql"
PATIENCE_S: Final = 60
_ENOUGH_BYTES: Final = 4 << 30
# readers come by TLS alone; the account that the server runs as has the socket, for what isn't tested
_HBA: Final = "hostssl all all 127.0.0.1/32 scram-sha-256\nhostssl all all ::1/128 scram-sha-256\n"
_NUMBERS: Final = count(1)


@dataclass(slots=True)
class PostgreSQL:
    """One that runs, until it is killed, and again once it was started again."""

    programs: Path
    folder: Path
    port: int
    ca: Path
    _process: subprocess.Popen[bytes] | None = field(default=None)

    def url(self, database: str, user: str = "") -> str:
        """Of one of its databases, as a command is given it."""
        return f"postgresql://{f'{user}@' if user else ''}{HOST}:{self.port}/{database}"

    def connect(
        self, database: str = "postgres", user: str = ADMIN, password: str = PASSWORD
    ) -> psycopg.Connection[tuple[object, ...]]:
        """A connection that proves the server, in which each statement is a transaction."""
        return psycopg.connect(
            host=HOST,
            port=self.port,
            dbname=database,
            user=user,
            password=password,
            sslmode="verify-full",
            sslrootcert=str(self.ca),
            connect_timeout=PATIENCE_S,
            autocommit=True,
        )

    @contextmanager
    def database(self) -> Iterator[str]:
        """The name of an empty one, sorted by code points, that is gone when the block has ended."""
        name = f"of_a_test_{next(_NUMBERS)}"
        if self._process is None:
            # a test that failed has left it killed
            self.start()
        with self.connect() as admin:
            create = "CREATE DATABASE {} TEMPLATE template0 LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8' ENCODING 'UTF8'"
            admin.execute(sql.SQL(create).format(sql.Identifier(name)))
        try:
            yield name
        finally:
            if self._process is not None:
                with self.connect() as admin:
                    admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def start(self) -> None:
        """From its first answer on it runs."""
        log = self.folder / "log"
        with log.open("ab") as said:
            self._process = _popen([self.programs / "postgres", "-D", self.folder / "data"], self.folder, said)
        end = time.monotonic() + PATIENCE_S
        while True:
            with suppress(psycopg.OperationalError), self.connect():
                return
            if self._process.poll() is not None or time.monotonic() > end:
                text = log.read_text(encoding="utf-8", errors="replace")
                self._process = None
                pytest.fail(f"PostgreSQL didn't start: {text[-2000:]}")
            time.sleep(0.02)

    def kill(self) -> None:
        """End it and all that it started, as a power cut would end them: at once, in the midst of anything."""
        if self._process is None:
            return
        children = self._children()
        self._process.kill()
        for number in children:
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        self._process.wait()
        self._process = None

    @contextmanager
    def hung(self) -> Iterator[None]:
        """All of it stands still as long as the block lasts: it takes connections, and says nothing."""
        assert self._process is not None
        numbers = [self._process.pid, *self._children()]
        for number in numbers:
            os.kill(number, signal.SIGSTOP)
        try:
            yield
        finally:
            for number in numbers:
                with suppress(ProcessLookupError):
                    os.kill(number, signal.SIGCONT)

    def _children(self) -> list[int]:
        assert self._process is not None
        own = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        return [int(number) for number in own.read_text(encoding="ascii").split()] if own.exists() else []

    def stop(self) -> None:
        """End it in order: who is connected is told."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(PATIENCE_S)
            self._process = None


@contextmanager
def postgresql() -> Iterator[PostgreSQL]:
    """Start one; it has ended when the block has. Skips where it isn't installed."""
    programs = _programs()
    if programs is None or sys.platform == "win32":
        pytest.skip(f"needs PostgreSQL. On Debian or Ubuntu: sudo {LINE}")
    # the folder of a run of tests is closed to the account that the server runs as
    folder = Path(tempfile.mkdtemp(prefix="pg", dir=_roomy()))
    try:
        server = PostgreSQL(programs, folder, free_port(), folder / "ca.pem")
        _lay_down(server)
        server.start()
        yield server
    finally:
        server.kill()
        shutil.rmtree(folder, ignore_errors=True)


def _roomy() -> str | None:
    """The folder that is memory, where there is enough of it: databases come and go with each test."""
    memory = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it
    enough = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > _ENOUGH_BYTES
    return str(memory) if enough else None


def _programs() -> Path | None:
    """The folder of `initdb`, which Debian keeps off the path; the newest of several."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: path.parts[-3].zfill(3))
    on_path = shutil.which("initdb")
    newest = found[-1] if found else on_path and Path(on_path)
    return newest.parent if newest else None


def _lay_down(server: PostgreSQL) -> None:
    """A cluster that asks everybody for a password and speaks TLS."""
    folder = server.folder
    authority(folder)
    certificate_for(folder, HOST)
    password = folder / "password"
    password.write_text(f"{PASSWORD}\n", encoding="utf-8")
    _give(folder)
    made = ("--no-sync", "--no-instructions", "-A", "scram-sha-256", "-E", "UTF8", "--locale=C.UTF-8")
    command: list[Path | str] = [
        server.programs / "initdb",
        *made,
        "-U",
        ADMIN,
        f"--pwfile={password}",
        "-D",
        folder / "data",
    ]
    with (folder / "log").open("ab") as said:
        if _popen(command, folder, said).wait(PATIENCE_S):
            pytest.fail(f"initdb: {(folder / 'log').read_text(encoding='utf-8', errors='replace')[-2000:]}")
    said_ = {
        "listen_addresses": "127.0.0.1",
        "port": server.port,
        "unix_socket_directories": "",
        "fsync": "off",
        "ssl": "on",
        "ssl_cert_file": folder / "server.pem",
        "ssl_key_file": folder / "server.key",
        "max_connections": 60,
        "shared_buffers": "16MB",
        # four databases' worth of workers have nothing to do here
        "autovacuum": "off",
        "max_wal_size": "256MB",
    }
    lines = "".join(f"{name} = '{value}'\n" for name, value in said_.items())
    for name, text in (("postgresql.auto.conf", lines), ("pg_hba.conf", _HBA)):
        (folder / "data" / name).write_text(text, encoding="utf-8")
    _give(folder)


def _popen(command: Sequence[Path | str], folder: Path, said: IO[bytes]) -> subprocess.Popen[bytes]:
    """A process of an ordinary account: PostgreSQL refuses to run as root."""
    who: Any = {"user": "postgres", "group": "postgres", "extra_groups": []} if _is_root() else {}
    environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    process: subprocess.Popen[bytes] = subprocess.Popen(
        list(map(str, command)), cwd=folder, env=environment, stdout=said, stderr=said, start_new_session=True, **who
    )
    return process


def _give(folder: Path) -> None:
    if _is_root():
        for path in (folder, *folder.rglob("*")):
            shutil.chown(path, "postgres", "postgres")


def _is_root() -> bool:
    return sys.platform != "win32" and os.geteuid() == 0
