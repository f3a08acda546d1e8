"""A study of two readers that is handed over; made once for a module, copied for each test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.builders.editions import Trial, a_trial


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    """The study as it was made; no test changes it."""
    return a_trial(tmp_path_factory.mktemp("whole") / "trial")


@pytest.fixture
def trial(whole: Trial, tmp_path: Path) -> Trial:
    """A copy of one's own."""
    shutil.copytree(whole[0], tmp_path / "trial")
    return tmp_path / "trial", whole[1]
