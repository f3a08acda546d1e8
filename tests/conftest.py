"""Options of the whole suite, and the server that a run shares."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests.closing_lines import not_tested

if TYPE_CHECKING:
    from tests.builders.servers.key_store import FileKeyStore
    from tests.builders.servers.postgresql import PostgreSQL

# windows of tests are seen by nobody, but for those of the journeys, which say so
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# how long an example takes says something of the machine's load, and nothing of the program
settings.register_profile("any-machine", deadline=None)
settings.load_profile("any-machine")


@pytest.fixture(scope="session", autouse=True)
def _settings_of_nobody(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Rooms that are opened by tests keep their reader's choices in a folder of the run, not in the user's own."""
    os.environ.setdefault("RAMRIS_CONFIG", str(tmp_path_factory.mktemp("own")))
    # and of vaults no copies are made in the user's own folder, but where a test says so
    os.environ.setdefault("RAMRIS_VAULT_COPIES", "none")
    # nor is the user's own key store asked, which may be open, or ask its user to open it
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"


@pytest.fixture
def key_store(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> FileKeyStore:
    """The key store of the account that the test runs as: empty and open."""
    from tests.builders.servers.key_store import given_to  # noqa: PLC0415 - few tests need one

    return given_to(monkeypatch, tmp_path_factory.mktemp("keys") / "store.json")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """A PostgreSQL of this run's own; `with postgresql.database() as name` is a test's part of it."""
    # no other test is to wait for its library
    from tests.builders.servers import postgresql as servers  # noqa: PLC0415 - said above

    with servers.postgresql() as server:
        yield server


def pytest_addoption(parser: pytest.Parser) -> None:
    """The short run is part of every run; the long one is asked for."""
    parser.addoption(
        "--monkey-minutes",
        type=float,
        metavar="N",
        help="how long each seed of the monkey test acts (a moment)",
    )
    parser.addoption(
        "--torture", type=int, default=24, metavar="N", help="how many processes are killed (24; a long run: 1000)"
    )
    parser.addoption(
        "--record",
        choices=["postgresql"],
        help="where the records of tests/storage lie (in their folders)",
    )
    parser.addoption(
        "--mutants",
        type=int,
        default=120,
        metavar="N",
        help="how many damaged files are imported (120; a long run: 100000)",
    )
    parser.addoption(
        "--mutant-seed", type=int, metavar="N", help="which ones (20260; 0: others each time, named if it fails)"
    )


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Iterator[None]:
    """After all else but the counts: what was not tested."""
    yield
    skipped = terminalreporter.stats.get("skipped", [])
    for line in not_tested(report.longrepr[-1] for report in skipped):
        terminalreporter.write_line(line)
