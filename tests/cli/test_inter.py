"""`ramris agreement DIR --inter`, `--bootstrap` and `--report` by the command line."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.builders.cohort import a_read_study
from tests.journeys.conftest import ramris


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_read_study(tmp_path_factory.mktemp("inter") / "trial", subjects=3, readers=("R1", "R2"))


def test_two_readers_are_compared_with_bootstrap_intervals_on_request(trial: Path) -> None:
    done = ramris("agreement", trial, "--inter", "--readers", "R2,R1", "--bootstrap", "200", "--seed", "3", "--json")

    found = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    assert (found["kind"], found["readers"], found["cases"]) == ("inter", ["R2", "R1"], 3)
    bootstrap = found["analyses"][0]["table"]["bootstrap"]
    assert (bootstrap["replicates"], bootstrap["seed"]) == (200, 3)


def test_the_limits_that_are_printed_are_those_of_the_same_draw_as_numbers(trial: Path) -> None:
    asked: list[str | Path] = ["agreement", trial, "--inter", "--readers", "R2,R1", "--bootstrap", "200", "--seed", "3"]
    found = json.loads(ramris(*asked, "--json").stdout)
    text = ramris(*asked).stdout

    drawn = [item for analysis in found["analyses"] for item in analysis["table"]["bootstrap"]["intervals"].values()]
    known = {
        tuple(f"{limit:.3f}" for limit in item["bca"] or item["percentile"]) for item in drawn if item["percentile"]
    }
    printed = set(re.findall(r"bootstrap (?:BCa|percentile) (\S+) to (-?\d+\.\d+)", text))
    assert printed <= known
    assert any(low != high for low, high in printed)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--inter", "--reader", "R1"], "give only one of them"),
        (["--report", "figures.txt"], "ends in .html or .pdf"),
        (["--report", "figures.pdf", "--json"], "give only one of them"),
        (["--inter", "--bootstrap", "5"], "give 100 to"),
    ],
)
def test_options_that_do_not_go_together_are_refused_in_one_line(trial: Path, options: list[str], says: str) -> None:
    refused = ramris("agreement", trial, *options)

    assert (refused.returncode, refused.stdout) == (2, "")
    assert says in refused.stderr
    assert refused.stderr.count("\n") == 1
