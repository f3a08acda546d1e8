"""Enrolled twice: from readings of such people, by commands, to the published tables; R is the judge.

reference/cohort.R computes every number of `ramris analyse` again, from the export's totals.csv and the clinical
file, by R's base and stats packages alone; its answers lie beside it, in enrolled_twice_by_r.json.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scoring.analysis.plan import shipped_plan
from scoring.readings.order import keys_in_reading_order
from scoring.readings.reading import AnswerChanged
from scoring.schemes.load import shipped_scheme
from scoring.schemes.scheme import grades_on
from storage.study.coordinator import CoordinatorStudy
from tests.builders.analysed import analysed
from tests.builders.analyses.numbers import by_r, differing, numbers
from tests.builders.analyses.scripted_reader import Shown, Truth, first_readings, lines, rereads
from tests.builders.studies import a_study, a_subject, changed, record, with_files
from tests.builders.trial_cohort import csv_of
from workstation.cli import main

HERE = Path(__file__).parents[2] / "scoring" / "analysis" / "reference"
TWICE, PAIRS, LONE = 3, 12, 1
OUTLIER = "S005"
ANYWAY = ("--anyway", "--why", "pictures of tests", "--who", "C")


def _subjects() -> dict[str, tuple[int, ...]]:
    """Who has which visits: the first three have four, the last one has one."""
    counts = [4] * TWICE + [2] * PAIRS + [1] * LONE
    return {f"S{number:03}": tuple(range(1, visits + 1)) for number, visits in enumerate(counts, 1)}


def _truth() -> Truth:
    """Inflammation of a wrist mostly falls from the first visit of an enrolment to the second; erosion doesn't."""
    scheme = shipped_scheme()
    found: dict[tuple[str, int], dict[tuple[str, str], str]] = {}
    for number, (subject, visits) in enumerate(_subjects().items()):
        random = np.random.default_rng((7, number))
        severity, eroded = random.beta(1.6, 2.4), random.beta(1.2, 4.0)
        for visit in visits:
            now = severity if visit % 2 else float(np.clip(severity - random.normal(0.12, 0.12), 0.02, 1))
            found[subject, visit] = {}
            for key in keys_in_reading_order(scheme, (1,)):
                highest = len(grades_on(scheme.feature(key.feature).scale)) - 1
                share = eroded if key.feature == "ERO" else now
                site = np.random.default_rng((11, number, *map(ord, f"{key.feature}{key.site}")))
                found[subject, visit][key.feature, key.site] = str(int(site.binomial(highest, share)))
    return found


def _clinical() -> list[dict[str, object]]:
    found = []
    for number, (subject, visits) in enumerate(_subjects().items()):
        random = np.random.default_rng((13, number))
        who = {
            "age": int(random.integers(30, 75)),
            "sex": "FM"[number % 3 == 0],
            "duration_years": f"{random.gamma(2, 4):.1f}",
        }
        ccp = {"anti_ccp": "POS" if number % 3 else "NEG", "anti_ccp_titre": f"{random.lognormal(3, 1):.1f}"}
        for enrolment in range(1, 1 + (len(visits) + 1) // 2):
            group = ("MTX", "TNFI")[(number + enrolment) % 2]
            row: dict[str, object] = {"subject_id": subject, "enrolment": enrolment, "group": group, **who, **ccp}
            row["methotrexate"] = "YES" if random.random() < 0.7 else "NO"
            for visit in (1, 2):
                share = 0.3 / visit
                row |= {
                    f"tjc28_v{visit}": int(random.binomial(28, share)),
                    f"sjc28_v{visit}": int(random.binomial(28, share)),
                    f"crp_mg_l_v{visit}": f"{random.lognormal(3 - visit * 0.5, 0.6):.1f}",
                    f"esr_mm_h_v{visit}": int(random.integers(0, 60) / visit),
                    f"global_mm_v{visit}": int(random.integers(10, 90) / visit),
                    f"haq_v{visit}": int(random.integers(0, 25)) / 8,
                    f"xray_erosion_v{visit}": int(random.integers(0, 40)) + visit,
                }
            found.append(row)
    return found


def _json(*arguments: str | Path, capsys: pytest.CaptureFixture[str]) -> Any:  # noqa: ANN401 - what a command prints
    capsys.readouterr()
    assert main([*map(str, arguments), "--json"]) in {0, 1}
    return json.loads(capsys.readouterr().out)


def _read(trial: Path, cases: list[Shown], truth: Truth) -> None:
    given: dict[str, list[AnswerChanged]] = {}
    for case, visit, feature, site, grade in csv.reader(io.StringIO(lines(cases, truth, seed=3))):
        given.setdefault(case, []).append(changed(f"{visit} {feature} {site}", grade))
    # a case at once: the lines of `ramris enter` are committed one by one
    for case, changes in given.items():
        record(trial, case, *changes, reader="R1")


@pytest.fixture
def way(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A study that was read, read again by scans, locked and exported by commands; clinical.csv beside the export."""
    trial, truth = a_study(tmp_path / "trial"), _truth()
    with CoordinatorStudy.open(trial) as study:
        for subject, visits in _subjects().items():
            study.replace_subject(a_subject(subject, visits=visits))
    with_files(trial)
    enrolled = _json("study", "enrolments", trial, "--rule", "disjoint-pairs", capsys=capsys)
    assigned = _json("study", "assign", trial, "--reader", "R1", "--seed", "1", *ANYWAY, capsys=capsys)
    _read(trial, first_readings(assigned, enrolled), truth)
    again = _json("reread", trial, "--reader", "R1", "--n", "5", "--unit", "scan", "--seed", "2", capsys=capsys)
    _read(trial, rereads(again), truth)
    assert main(["study", "lock", str(trial), "--incomplete", "--why", "nobody signs here"]) == 0
    assert main(["export", str(trial), str(tmp_path / "export")]) == 0
    (tmp_path / "clinical.csv").write_bytes(csv_of(_clinical()))
    capsys.readouterr()
    return tmp_path


def test_two_enrolments_of_a_person_are_two_changes_of_one_cluster_and_every_number_is_that_of_r(
    way: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ("analyse", way / "export", "--clinical", way / "clinical.csv", "--outlier", OUTLIER)
    said = _json(*asked, capsys=capsys)
    # 16 people, three of them enrolled twice: 19 enrolments, one of one scan
    assert (said["flow"]["people"], said["flow"]["enrolments"]) == (TWICE + PAIRS + LONE, 2 * TWICE + PAIRS + LONE)
    found = analysed(way, shipped_plan().with_outliers([OUTLIER]))
    ours = numbers(found)
    assert ours["model published n"][:2] == [2 * TWICE + PAIRS, TWICE + PAIRS]
    assert ours["model first-enrolments n"][:2] == [TWICE + PAIRS, TWICE + PAIRS]

    # scans alone were read again: of change there is no repeat, so no SDC
    assert differing(ours, json.loads((HERE / "enrolled_twice_by_r.json").read_text("utf-8"))) == []
    if shutil.which("Rscript") is not None:
        assert differing(ours, by_r(way, OUTLIER)) == []
