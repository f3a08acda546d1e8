"""Record of two readers, to which a test adds rows that are taken back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection

from storage.database.engine import Store
from storage.study.coordinator import CoordinatorStudy
from tests.builders.studies import a_study
from tests.storage.taken_back import taken_back


@pytest.fixture(scope="package")
def three_subjects(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Three subjects, each with two visits, for ES and for MO; nothing is read."""
    folder = a_study(tmp_path_factory.mktemp("acts") / "trial", "S001", "S002", "S003")
    with CoordinatorStudy.open(folder) as study:
        study.assign("ES", seed=1)
        study.assign("MO", seed=2)
    opened = Store(folder / "study.db")
    yield opened
    opened.close()


@pytest.fixture
def record(three_subjects: Store) -> Iterator[Connection]:
    """Inside a transaction of which nothing stays."""
    with taken_back(three_subjects) as connection:
        yield connection
