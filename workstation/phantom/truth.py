"""What was really done to each site: quantity, unit and grade, and how the wrist moved between the visits."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path

from workstation.phantom.bands import UNITS, grade
from workstation.phantom.hand import Rigid
from workstation.phantom.lesions import Lesions

COLUMNS = ("subject", "visit", "feature", "site", "quantity", "unit", "grade")

Subject = tuple[str, Sequence[Lesions], Rigid]


def write(folder: Path, subjects: Sequence[Subject]) -> None:
    """Write truth.csv and truth_transform.json. `subject` is the PatientID in the headers."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(COLUMNS)
    for patient_id, visits, _ in subjects:
        for visit, lesions in enumerate(visits, start=1):
            for (feature, site), quantity in lesions.quantities().items():
                rows.writerow((patient_id, visit, feature, site, quantity, UNITS[feature], grade(feature, quantity)))
    (folder / "truth.csv").write_text(text.getvalue(), "utf-8", newline="")
    movements = [
        {
            "subject": patient_id,
            "what": "LPS mm: follow-up = rotation @ baseline + translation",
            "rotation": [[round(float(value), 9) for value in row] for row in movement.rotation],
            "translation_mm": [round(float(value), 6) for value in movement.translation_mm],
        }
        for patient_id, _, movement in subjects
    ]
    (folder / "truth_transform.json").write_text(json.dumps(movements, indent=2) + "\n", "utf-8")
