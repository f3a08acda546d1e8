"""Radiographs read by keys alone: from synthetic films to a signed reading and its export, against the known truth."""

from __future__ import annotations

import csv
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from scoring.readings.order import keys_in_reading_order
from scoring.schemes.load import shipped_scheme
from storage.audit.verification import audit
from tests.journeys.conftest import ROOT, Screen, ramris, until

pytestmark = [pytest.mark.xserver, pytest.mark.timeout(600)]
TEN = "10"


def graded(study: Path) -> int:
    with closing(sqlite3.connect(f"file:{study / 'study.db'}?mode=ro", uri=True)) as plain:
        found: int = plain.execute("SELECT count(*) FROM event").fetchone()[0]
        return found


def signed(study: Path) -> bool:
    with closing(sqlite3.connect(f"file:{study / 'study.db'}?mode=ro", uri=True)) as plain:
        return bool(plain.execute("SELECT count(*) FROM act WHERE kind = 'signed'").fetchone()[0])


def test_hands_and_feet_are_read_by_keys_and_come_out_with_the_grades_that_they_deserve(
    screen: Screen, tmp_path: Path
) -> None:
    films, study, out = tmp_path / "films", tmp_path / "trial", tmp_path / "out"
    for command in (
        ("phantom", films, "--radiographs", "alone", "--rows", "400"),
        ("study", "create", study, "--scheme", "sharp-vdh"),
        ("study", "add", study, films),
        ("study", "assign", study, "--reader", "ND"),
    ):
        done = ramris(*command)
        assert done.returncode == 0, done.stdout + done.stderr
    with (films / "truth_radiographs.csv").open(encoding="utf-8", newline="") as file:
        truth = {(int(row["visit"]), row["feature"], row["site"]): row["grade"] for row in csv.DictReader(file)}
    scheme = shipped_scheme("sharp-vdh")
    keys = [truth[key.visit, key.feature, key.site] for key in keys_in_reading_order(scheme)]
    reading = [sys.executable, "-m", "workstation", "read", str(study), "--reader", "ND"]
    process = subprocess.Popen(reading, cwd=ROOT, env=screen.environment)
    try:
        screen.window()
        # the room itself, then the site enlarged: it must not matter to the grades
        screen.press("r")
        for number, grade in enumerate(keys, start=1):
            screen.press("x" if grade == TEN else grade)
            until(lambda wanted=number: graded(study) == wanted, f"grade {number} on disk")  # type: ignore[misc]
        screen.press("ctrl+Return")
        screen.press("Return")
        until(lambda: signed(study), "the signature")
    finally:
        process.kill()
        process.wait(10)

    assert audit(study).events == 2 * scheme.sites_per_visit
    assert ramris("export", study, out).returncode == 0
    with (out / "scores.csv").open(encoding="utf-8", newline="") as file:
        rows = {(row["visit"], row["feature"], row["site"]): row["score"] for row in csv.DictReader(file)}
    assert {(f"V{visit}", feature, site): grade for (visit, feature, site), grade in truth.items()} == rows
    _check_light(out / "places.csv")
    _check_sides(study, out / "places.csv")


def _check_sides(study: Path, places: Path) -> None:
    """Each grade was given in the film of its own hand or foot."""
    with closing(sqlite3.connect(f"file:{study / 'study.db'}?mode=ro", uri=True)) as plain:
        kinds = dict(plain.execute("SELECT code, kind FROM series"))
    with places.open(encoding="utf-8", newline="") as file:
        seen = {(row["feature"][-1], row["site"][0], kinds[row["series_code"]]) for row in csv.DictReader(file)}
    assert seen == {("H", "R", "RHAND"), ("H", "L", "LHAND"), ("F", "R", "RFOOT"), ("F", "L", "LFOOT")}


def _check_light(places: Path) -> None:
    """The light that each grade was given in: both visits matched, and the row of one names the window of the other."""
    with places.open(encoding="utf-8", newline="") as file:
        rows = {(row["visit"], row["feature"], row["site"]): row for row in csv.DictReader(file)}
    pairs = [(row, rows["V2", *key[1:]]) for key, row in rows.items() if key[0] == "V1"]
    assert len(pairs) > 60
    assert {row["light"] for row in rows.values()} == {"MATCHED"}
    # films of one exposure: unchanged bone is as bright at both visits, within 1 %
    assert all(float(row["gain"]) == pytest.approx(1.0, abs=0.01) for row in rows.values())
    for first, second in pairs:
        for own, other in (("window_low", "other_window_low"), ("window_high", "other_window_high")):
            assert (first[own], first[other]) == (second[other], second[own])
        assert (first["series_code"], first["other_series_code"]) == (
            second["other_series_code"],
            second["series_code"],
        )
