"""An empty study with its coordinator's door open."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.study.coordinator import CoordinatorStudy


@pytest.fixture
def study(tmp_path: Path) -> Iterator[CoordinatorStudy]:
    with CoordinatorStudy.create(tmp_path / "study") as opened:
        yield opened
