"""A cohort of the published study's shape: who is in it, what sites sent, and the tables that go with the scans."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from pathlib import Path

import pytest
from pydicom import dcmread

from scoring.analysis.clinical_csv import read_clinical
from scoring.analysis.plan import shipped_plan
from scoring.design.enrolment_csv import read_enrolments
from tests.journeys.conftest import ramris
from workstation.phantom.cohort.shape import PAPER, Enrolled, Shape, enrolments
from workstation.phantom.cohort.write import write_cohort

SMALL = Shape(twice=1, pairs=3, lone=1, unscanned=1, no_agent=1, no_t1=0, resent=1, astray=1)


@pytest.mark.parametrize("seed", [1, 2, 77])
def test_the_papers_cohort_has_80_people_84_enrolments_77_first_scans_and_66_pairs_with_every_score(seed: int) -> None:
    found = enrolments(PAPER, seed)

    assert len({item.person for item in found}) == PAPER.people == 80
    assert len(found) == 84
    twice = Counter(item.person for item in found if item.number == 2)
    assert len(twice) == 4
    assert sum(bool(item.visits) for item in found) == 77
    # n of osteitis, of erosion, and of synovitis, tenosynovitis and the total: scoring rules, published tables
    pairs = [item for item in found if len(item.visits) == 2]
    lacking = Counter(item.lacks for item in pairs if item.lacks)
    assert (len(pairs), lacking[(201,)], lacking[(701, 801)]) == (68, 1, 2)
    assert sum(item.resent for item in found) == 3
    assert sum(item.astray for item in found) == 2


def test_who_is_enrolled_again_goes_to_the_other_group_with_two_new_visits() -> None:
    found = enrolments(PAPER, 5)
    for again in (item for item in found if item.number == 2):
        before = next(item for item in found if (item.person, item.number) == (again.person, 1))
        assert {before.group, again.group} == {"MTX", "TNFI"}
        assert (before.visits, again.visits) == ((1, 2), (3, 4))


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, tuple[Enrolled, ...]]:
    out = tmp_path_factory.mktemp("cohort") / "out"
    return out, write_cohort(out, shape=SMALL, seed=4, processes=2)


def _grades(out: Path) -> list[dict[str, str]]:
    with (out / "truth.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_each_scan_has_seven_series_but_for_what_was_never_made_and_came_as_the_shape_says(
    cohort: tuple[Path, tuple[Enrolled, ...]],
) -> None:
    out, enrolled = cohort
    scans: dict[tuple[str, str], set[int]] = {}
    copies: Counter[str] = Counter()
    for path in (out / "scans").rglob("*.dcm"):
        ds = dcmread(path, stop_before_pixels=True)
        scans.setdefault((ds.PatientID, ds.StudyDate), set()).add(int(ds.SeriesNumber))
        copies[ds.SOPInstanceUID] += 1

    assert Counter(patient for patient, _ in scans) == {
        f"VEXHOLLOW-{person:04}": sum(len(item.visits) for item in enrolled if item.person == person)
        for person in {item.person for item in enrolled if item.visits}
    }
    assert Counter(len(series) for series in scans.values()) == {7: 10, 5: 1}
    # one visit came twice: four series of 6 slices, three of 8
    assert Counter(copies.values())[2] == 4 * 6 + 3 * 8
    names = {path.name for path in (out / "scans").rglob("VEXHOLLOW *")}
    assert {"VEXHOLLOW sent again", "VEXHOLLOW baseline", "VEXHOLLOW follow-up"} <= names
    astray = next(item for item in enrolled if item.astray)
    folder = out / "scans" / f"VEXHOLLOW_{astray.person:04}"
    files = [next((folder / f"VEXHOLLOW {name}").glob("*.dcm")) for name in ("follow-up", "baseline")]
    first, second = (dcmread(file) for file in files)
    assert first.StudyDate < second.StudyDate
    assert first.StudyDescription == second.StudyDescription == "VEXHOLLOW wrist RA"


def test_the_truth_has_43_sites_for_each_scan_and_erosions_never_heal(
    cohort: tuple[Path, tuple[Enrolled, ...]],
) -> None:
    rows = _grades(cohort[0])
    assert len(rows) == 43 * sum(len(item.visits) for item in cohort[1])
    eroded: dict[tuple[str, str], float] = {}
    for row in (row for row in rows if row["feature"] == "ERO"):
        before = eroded.get((row["subject"], row["site"]), 0.0)
        assert float(row["quantity"]) >= before - 0.02
        eroded[row["subject"], row["site"]] = float(row["quantity"])


def test_its_clinical_file_and_its_list_of_enrolments_are_what_the_program_takes(
    cohort: tuple[Path, tuple[Enrolled, ...]],
) -> None:
    out, enrolled = cohort
    found = read_clinical(out / "CLINICAL.csv", shipped_plan())
    of = [(item.enrolment, item.group) for item in found.enrolments]
    assert of == [(str(item.number), item.group) for item in enrolled]
    assert found.unused == ()
    assert found.variables == frozenset(shipped_plan().variables)
    listed = read_enrolments(out / "enrolments.csv")
    assert [(item.number, item.visits, item.label) for item in listed] == [
        (item.number, item.visits, item.group) for item in enrolled if item.visits
    ]


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    shape = Shape(twice=0, pairs=1, lone=0, unscanned=1, no_agent=0, no_t1=0, resent=1, astray=0)
    for name in ("one", "two"):
        write_cohort(tmp_path / name, shape=shape, seed=4, processes=1)
    assert _digests(tmp_path / "one") == _digests(tmp_path / "two")
    assert len(_digests(tmp_path / "one")) > 3 * 48


def _digests(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--cohort", "trial"), "cohort 'trial': there is paper"),
        (("--cohort", "paper", "--size", "64"), "--size doesn't go with --cohort"),
        (("--cohort", "paper", "--seed", "-1"), "seed -1: 0 or a greater whole number"),
    ],
)
def test_what_a_cohort_cannot_be_is_refused_in_one_line(tmp_path: Path, options: tuple[str, ...], says: str) -> None:
    done = ramris("phantom", tmp_path / "out", *options)

    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()
