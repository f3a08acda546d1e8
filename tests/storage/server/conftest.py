"""Server where copies meet, and a study whose readers have theirs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders.editions import Trial, a_trial
from tests.builders.servers.hub import Hub, hub
from tests.builders.servers.postgresql import PostgreSQL


@pytest.fixture
def meeting(postgresql: PostgreSQL) -> Iterator[Hub]:
    """The server's part."""
    with hub(postgresql) as made:
        yield made


@pytest.fixture
def trial(tmp_path: Path) -> Trial:
    """The study's part."""
    return a_trial(tmp_path / "study")
