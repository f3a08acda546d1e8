"""What was really done to each site: quantity, unit and grade, and how the wrist moved between the visits."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from workstation.phantom.bands import UNITS, grade
from workstation.phantom.hand import Rigid
from workstation.phantom.lesions import Lesions

COLUMNS = ("subject", "visit", "feature", "site", "quantity", "unit", "counted", "grade")


@dataclass(frozen=True, slots=True)
class Subject:
    """One person: the lesions of each visit with what was counted in the voxels, and the movement between them.

    `patient_id` is the PatientID in the headers. A site that isn't counted has nothing, or lies outside the stack.
    """

    patient_id: str
    side: str
    visits: Sequence[tuple[Lesions, Mapping[tuple[str, str], float]]]
    movement: Rigid


def write(folder: Path, subjects: Iterable[Subject]) -> None:
    """Write truth.csv and truth_transform.json."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(COLUMNS)
    movements = []
    for subject in subjects:
        rows.writerows(_rows(subject))
        movements.append(_movement(subject))
    (folder / "truth.csv").write_text(text.getvalue(), "utf-8", newline="")
    (folder / "truth_transform.json").write_text(json.dumps(movements, indent=2) + "\n", "utf-8")


def _rows(subject: Subject) -> Iterator[tuple[object, ...]]:
    for visit, (lesions, counted) in enumerate(subject.visits, start=1):
        for (feature, site), quantity in lesions.quantities().items():
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
