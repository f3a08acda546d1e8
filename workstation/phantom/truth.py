"""Truth of each site: quantity, unit and grade, and how the wrist moved between the visits."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from workstation.phantom.bands import UNITS, grade
from workstation.phantom.hand import Rigid

COLUMNS = ("subject", "visit", "feature", "site", "quantity", "unit", "counted", "grade")


Quantities = Mapping[tuple[str, str], float]
"""By feature and site."""


@dataclass(frozen=True, slots=True)
class Subject:
    """One person: by visit the model's quantities and what was counted in the voxels; the movement between the visits.

    `patient_id` is the PatientID in the headers. A site that isn't counted has nothing, or lies outside the stack.
    """

    patient_id: str
    side: str
    visits: Sequence[tuple[Quantities, Quantities]]
    movement: Rigid


def write(folder: Path, subjects: Iterable[Subject]) -> None:
    """Write truth.csv and truth_transform.json."""
    every = list(subjects)
    write_grades(folder, every)
    movements = [_movement(subject) for subject in every]
    (folder / "truth_transform.json").write_text(json.dumps(movements, indent=2) + "\n", "utf-8")


SEEN_COLUMNS = ("subject", "visit", "feature", "site", "quantity", "visible", "unit", "grade", "visible_grade")


def write_seen(folder: Path, subjects: Iterable[tuple[Subject, Sequence[Quantities]]]) -> None:
    """Write truth_visible.csv: what of each lesion stands out of the noise, and the grade that this alone deserves."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(SEEN_COLUMNS)
    for subject, seen in subjects:
        for visit, ((quantities, _), visible) in enumerate(zip(subject.visits, seen, strict=True), start=1):
            for (feature, site), quantity in quantities.items():
                what = round(visible.get((feature, site), 0.0), 2 if feature == "TEN" else 4)
                grades = (grade(feature, quantity), grade(feature, what))
                rows.writerow((subject.patient_id, visit, feature, site, quantity, what, UNITS[feature], *grades))
    (folder / "truth_visible.csv").write_text(text.getvalue(), "utf-8", newline="")


def write_grades(folder: Path, subjects: Iterable[Subject]) -> None:
    """Write truth.csv."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(COLUMNS)
    for subject in subjects:
        rows.writerows(_rows(subject))
    (folder / "truth.csv").write_text(text.getvalue(), "utf-8", newline="")


def _rows(subject: Subject) -> Iterator[tuple[object, ...]]:
    for visit, (quantities, counted) in enumerate(subject.visits, start=1):
        for (feature, site), quantity in quantities.items():
            seen = round(counted.get((feature, site), 0.0), 2 if feature == "TEN" else 4)
            deserved = grade(feature, quantity)
            yield (subject.patient_id, visit, feature, site, quantity, UNITS[feature], seen, deserved)


def _movement(subject: Subject) -> dict[str, object]:
    return {
        "subject": subject.patient_id,
        "side": subject.side,
        "what": "LPS mm: follow-up = rotation @ baseline + translation",
        "rotation": [[round(float(value), 9) for value in row] for row in subject.movement.rotation],
        "translation_mm": [round(float(value), 6) for value in subject.movement.translation_mm],
    }
