"""Odd surroundings of `.ci/odd`: a program in them finds what is promised, but for what was said not to be tried."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
GERMAN, NO_LANGUAGE = "29 February, German", "31 December, no language"

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="Linux alone lends a process a host and a clock of its own"),
    pytest.mark.skipif("ODD_CLOCK_AHEAD" in os.environ, reason="these surroundings are odd already"),
    # the project is copied
    pytest.mark.timeout(300),
]


@pytest.fixture(scope="module")
def lines() -> list[str]:
    done = subprocess.run([ROOT / ".ci" / "odd", "--look"], capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()


@pytest.fixture(scope="module", params=[GERMAN, NO_LANGUAGE])
def look(request: pytest.FixtureRequest, lines: list[str]) -> dict[str, Any]:
    start = f"-- odd: {request.param}: {{"
    (said,) = [line for line in lines if line.startswith(start)]
    found: dict[str, Any] = json.loads(said[len(start) - 1 :])
    return {"round": request.param, **found}


def tried(lines: list[str], what: str) -> bool:
    return not any(line.startswith(f"-- odd: not tried: {what}") for line in lines)


def test_paths_have_spaces_and_the_home_has_umlauts(look: dict[str, Any]) -> None:
    assert look["home"].endswith("/Jörg Größe")
    assert look["here"].endswith("/ram ris")
    assert " " in look["temporary"]


def test_files_are_made_for_nobody_else_on_one_processor_and_ctrl_c_is_not_heard(look: dict[str, Any]) -> None:
    assert look["umask"] == 0o077
    assert look["processors"] == 1
    assert look["ctrl_c_is_ignored"]


def test_the_host_has_one_letter(look: dict[str, Any], lines: list[str]) -> None:
    assert look["host"] == "a" or not tried(lines, "the host name")


def test_the_account_is_no_roots(look: dict[str, Any], lines: list[str]) -> None:
    assert look["name"] == "e"
    assert look["account"] != 0 or not tried(lines, "an ordinary account")


def test_numbers_are_written_as_in_germany_or_as_in_c(look: dict[str, Any], lines: list[str]) -> None:
    assert look["comma"] == ("," if look["round"] == GERMAN and tried(lines, "de_DE") else ".")


def test_one_clock_nears_the_end_of_a_leap_day_and_the_other_of_a_year(look: dict[str, Any], lines: list[str]) -> None:
    if not tried(lines, "another day"):
        return
    # Auckland's summer is thirteen hours ahead
    local, utc = (datetime.fromisoformat(look[clock]) for clock in ("local", "utc"))
    local = local.replace(tzinfo=timezone(timedelta(hours=13)))
    assert abs(local - utc) < timedelta(seconds=1)
    near = local if look["round"] == GERMAN else utc
    midnight = (near + timedelta(minutes=5)).replace(hour=0, minute=0, second=0, microsecond=0)
    assert abs(near - midnight) < timedelta(minutes=5)
    assert (midnight - timedelta(days=1)).strftime("%m-%d") == ("02-29" if look["round"] == GERMAN else "12-31")


def test_nothing_of_it_is_left(lines: list[str]) -> None:
    (place,) = {line.partition("what it says is in ")[2] for line in lines if line.endswith("said0")}

    assert place
    assert not Path(place).parent.exists()
