"""Studies on the server of this run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from storage.recovery.move import move_to
from tests.builders.studies import an_assigned_study, read_whole

if TYPE_CHECKING:
    from tests.builders.servers.postgresql import PostgreSQL


@pytest.fixture(scope="module")
def server(postgresql: PostgreSQL) -> Iterator[PostgreSQL]:
    """That of this run, whose password the account knows."""
    from tests.builders.servers.postgresql import PASSWORD  # noqa: PLC0415 - where there is a server

    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("PGPASSWORD", PASSWORD)
        yield postgresql


@pytest.fixture
def address(server: PostgreSQL) -> Iterator[str]:
    """Of an empty database."""
    with an_address(server) as made:
        yield made


@pytest.fixture(scope="module")
def moved(server: PostgreSQL, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A study in which a case was read, moved to the server; no test leaves it changed."""
    folder, (case,) = an_assigned_study(tmp_path_factory.mktemp("moved") / "trial")
    read_whole(folder, case)
    with an_address(server) as made:
        move_to(folder, made)
        yield folder


@contextmanager
def an_address(server: PostgreSQL) -> Iterator[str]:
    """Of an empty database that is there as long as the block lasts."""
    from tests.builders.servers.records import address_of  # noqa: PLC0415 - where there is a server

    with server.database() as name:
        yield address_of(server, name)
