"""A cohort on disk: scans as sites send them, CLINICAL.csv, enrolments.csv, the truth beside. Whole, or nothing."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path

import numpy as np

from workstation.errors import UsageRefused
from workstation.phantom import study, truth
from workstation.phantom.bands import grade
from workstation.phantom.cohort import clinical
from workstation.phantom.cohort.folders import spoil
from workstation.phantom.cohort.shape import PAPER, SHAPES, Enrolled, Shape, enrolments
from workstation.phantom.identity import CANARY, identity
from workstation.phantom.people import planned
from workstation.phantom.rendering import Job, Rendered

SIZE = 48
"""Rows and columns. Nobody is to score these: they are for the way of a study, not for its pictures."""

_INFLAMED = ("SYN", "TEN", "OST")
_FIRST_YEAR = 2022


def checked_shape(name: str) -> Shape:
    """The shape of that name; UsageRefused when there is none."""
    if name not in SHAPES:
        raise UsageRefused(f"cohort {name!r}: there is {', '.join(SHAPES)}")
    return SHAPES[name]


def write_cohort(
    out: Path,
    *,
    shape: Shape = PAPER,
    seed: int = 1,
    processes: int | None = None,
    progress: study.Progress = lambda _done, _total: None,
) -> tuple[Enrolled, ...]:
    """Write a cohort below `out`; the same shape, seed and library versions give the same bytes.

    Raises:
        UsageRefused: a seed below 0, or a folder that holds something.
    """
    if seed < 0:
        raise UsageRefused(f"seed {seed}: 0 or a greater whole number")
    study.check_new(out)
    enrolled = enrolments(shape, seed)
    with study.whole_or_nothing(out) as building:
        scans = building / "scans"
        jobs = {
            item: tuple(Job(scans, seed, item.person, visit, SIZE, coarse=True) for visit in item.visits)
            for item in enrolled
            if item.visits
        }
        workers = min(len(jobs), (os.cpu_count() or 1) if processes is None else processes)
        done = study.all_rendered(list(jobs.values()), workers, progress)
        for item, of in jobs.items():
            spoil(item, of)
        truth.write_grades(building, _subjects(enrolled, done))
        _put(
            building / "CLINICAL.csv",
            clinical.as_csv(clinical.rows(enrolled, _patients(enrolled, seed), _moved(enrolled, seed), seed)),
        )
        _put(building / "enrolments.csv", _enrolments_csv(enrolled))
        _put(building / "README.md", _readme(shape, seed, enrolled))
    return enrolled


def _subjects(enrolled: Sequence[Enrolled], done: Mapping[tuple[int, int], Rendered]) -> list[truth.Subject]:
    found = []
    for person, mine in groupby(enrolled, key=lambda item: item.person):
        visits = [done[person, visit] for item in mine for visit in item.visits]
        if visits:
            first = visits[0]
            grades = [(item.quantities, item.counted) for item in visits]
            found.append(truth.Subject(first.patient_id, first.side, grades, first.movement))
    return found


def _patients(enrolled: Sequence[Enrolled], seed: int) -> dict[int, tuple[str, str, int]]:
    """Person -> patient's number, sex and age, as in the headers of the scans."""
    found = {}
    for person in {item.person for item in enrolled}:
        who = identity(person, np.random.default_rng((seed, person, 1)))
        found[person] = (who.patient_id, who.sex, _FIRST_YEAR - who.birth_date.year)
    return found


def _moved(enrolled: Sequence[Enrolled], seed: int) -> dict[tuple[int, int], float]:
    """By how much what is inflamed was planned to fall."""
    found = {}
    for item in enrolled:
        if len(item.visits) > 1:
            before, after = (_inflamed(item.person, item.number, at, seed) for at in (0, 1))
            found[item.person, item.number] = before - after
    return found


def _inflamed(person: int, enrolment: int, at: int, seed: int) -> float:
    illness = planned(seed, person, enrolment)[at]
    of = {"SYN": illness.synovitis, "OST": illness.osteitis, "TEN": illness.sheath_mm}
    return float(sum(grade(feature, amount) for feature in _INFLAMED for amount in of[feature].values()))


def _enrolments_csv(enrolled: Sequence[Enrolled]) -> str:
    """Those who were scanned, as `ramris study enrolments --file` takes them."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(("person", "enrolment", "visits", "label"))
    for item in enrolled:
        if item.visits:
            rows.writerow((f"{CANARY}-{item.person:04d}", item.number, "+".join(map(str, item.visits)), item.group))
    return text.getvalue()


def _put(path: Path, text: str) -> None:
    path.write_text(text, "utf-8", newline="")


def _readme(shape: Shape, seed: int, enrolled: Sequence[Enrolled]) -> str:
    scanned = [item for item in enrolled if item.visits]
    pairs = sum(len(item.visits) > 1 for item in scanned)
    mishaps = (
        f"{shape.resent} visits twice, {shape.astray} pairs in folders with each other's names, {shape.no_agent} "
        f"follow-ups without contrast agent, {shape.no_t1} without a coronal T1"
    )
    return f"""# A synthetic cohort

Nobody's wrists and nobody's numbers: all of it was computed by ramris. Licence: MIT, as the project. The images are too
coarse to be scored ({SIZE} x {SIZE}, a third of the slices); they are for the way of a study from folders to tables.

Made by `ramris phantom OUT --cohort paper --seed {seed}`; the same numbers and library versions give the same bytes.

{shape.people} people in {len(enrolled)} enrolments, {shape.twice} of them in both groups.
{len(scanned)} enrolments have a first scan, {pairs} of these a second one.

| file | what |
|---|---|
| `scans/` | what sites sent: {mishaps} |
| `CLINICAL.csv` | a row for each enrolment, by the patient's number, for `ramris analyse --clinical` |
| `enrolments.csv` | which visits of whom are read together, and the group, for `ramris study enrolments --file` |
| `truth.csv` | for each scan and site the grade it deserves, by the patient's number and the visit in time |
"""
