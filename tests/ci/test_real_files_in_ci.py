"""CI may not go without the files of real scanners where they should lie; whoever has no such folder may."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.real_files import may_be_missing


@pytest.mark.parametrize(
    ("environment", "beside", "may"),
    [
        ({"CI": "true"}, "there", False),
        ({"CI": "1"}, "there", False),
        ({"CI": "true"}, "nowhere", True),
        ({"CI": "false"}, "there", True),
        ({}, "there", True),
    ],
)
def test_tests_on_real_files_are_left_out_by_nobody_but_people_without_them(
    tmp_path: Path, environment: dict[str, str], beside: str, may: bool
) -> None:
    (tmp_path / "there").mkdir()

    assert may_be_missing(environment, tmp_path / beside) is may
