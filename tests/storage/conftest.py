"""A study of two readers that is handed over; made once for a module, copied for each test. On which engine it lies."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.builders.editions import Trial, a_trial
from tests.storage.of_files import HERE, why

if TYPE_CHECKING:
    from tests.builders.servers.every_record import Records

# these have servers of their own making
APART = ("on_server", "server")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With `--record postgresql` those that are about study.db as a file are skipped, and say why."""
    if config.getoption("--record") is None:
        return
    for item in items:
        if item.path.is_relative_to(HERE):
            found = why(f"{item.path.relative_to(HERE).as_posix()}::{item.name}")
            if found is not None:
                item.add_marker(pytest.mark.skip(reason=found))


@pytest.fixture(scope="session")
def _records(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Records:
    from tests.builders.servers.every_record import Records  # noqa: PLC0415 - where there is a server

    made = Records(request.getfixturevalue("postgresql"), tmp_path_factory.mktemp("records"))
    made.lay_down()
    return made


@pytest.fixture(scope="module", autouse=True)
def _where_records_lie(request: pytest.FixtureRequest) -> Iterator[None]:
    """In their folders, or with `--record postgresql` on a server."""
    if request.config.getoption("--record") is None or request.path.parent.name in APART:
        yield
        return
    from tests.builders.servers.every_record import on_postgresql  # noqa: PLC0415 - as above

    with on_postgresql(request.getfixturevalue("_records")):
        yield


@pytest.fixture(autouse=True)
def _records_of_this_test(request: pytest.FixtureRequest, _where_records_lie: None) -> Iterator[None]:
    """What a test alone has made is given back when it ends."""
    if request.config.getoption("--record") is None or request.path.parent.name in APART:
        yield
        return
    with request.getfixturevalue("_records").lent():
        yield


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    """The study as it was made; no test changes it."""
    return a_trial(tmp_path_factory.mktemp("whole") / "trial")


@pytest.fixture
def trial(whole: Trial, tmp_path: Path) -> Trial:
    """A copy of one's own."""
    shutil.copytree(whole[0], tmp_path / "trial")
    return tmp_path / "trial", whole[1]
