"""Options of the whole suite."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """The short run is part of every run; the long one is asked for."""
    parser.addoption(
        "--torture", type=int, default=24, metavar="N", help="how many processes are killed (24; a long run: 1000)"
    )
