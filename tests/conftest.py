"""Options of the whole suite."""

import os

import pytest
from hypothesis import settings

# windows of tests are seen by nobody, but for those of the journeys, which say so
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# how long an example takes says something of the machine's load, and nothing of the program
settings.register_profile("any-machine", deadline=None)
settings.load_profile("any-machine")


def pytest_addoption(parser: pytest.Parser) -> None:
    """The short run is part of every run; the long one is asked for."""
    parser.addoption(
        "--torture", type=int, default=24, metavar="N", help="how many processes are killed (24; a long run: 1000)"
    )
