"""The study that has lived: built once for the run, copied for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders.lived.story import Lived, a_lived_study


@pytest.fixture(scope="session")
def lived_once(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    """As it was built; no test changes it."""
    return a_lived_study(tmp_path_factory.mktemp("lived") / "year")


@pytest.fixture
def lived(lived_once: Lived, tmp_path: Path) -> Lived:
    """A copy of one's own."""
    return lived_once.copied(tmp_path / "year")
