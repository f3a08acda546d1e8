"""Registration, recognition and text found on typical pairs. Run by python -m tests.phantom.texture.rates [N].

Pairs of another seed than any test's are drawn, imported and registered as a study's are. Errors are the mean over the
corners of a cube of 60 mm about the wrist, against the movement that was drawn. Nothing here is a test.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from tests.registering.test_recovering_the_movement import after, pixels
from workstation.imaging.rigid import Rigid
from workstation.intake.importing.importer import import_folders
from workstation.phantom.realism.difficulty import Difficulty
from workstation.phantom.study import Extras, write_study
from workstation.registering.proposal import Proposal
from workstation.registering.register import register, wanted_series
from workstation.tasks.token import Token

SEED, SIZE = 4711, 192


def _movements(folder: Path) -> list[Rigid]:
    found = []
    for entry in json.loads((folder / "truth_transform.json").read_text("utf-8")):
        first, second, third = (tuple(row) for row in entry["rotation"])
        x, y, z = entry["translation_mm"]
        found.append(Rigid((first, second, third), (x, y, z)))
    return found


def _best(movements: list[Rigid], proposal: Proposal) -> tuple[float, float]:
    """Error in mm and degrees against the person's movement: cases have codes drawn at random, so the nearest one."""
    errors = [
        (proposal.movement.apart_mm(true, (0.0, 0.0, 0.0), 30.0), after(true.inverse, proposal.movement).degrees)
        for true in movements
    ]
    return min(errors)


def main(people: int, difficulty: Difficulty) -> None:
    """Print a line for each pair, then the sums."""
    with tempfile.TemporaryDirectory() as folder:
        scans = Path(folder) / "scans"
        write_study(scans, seed=SEED, size=SIZE, subjects=people, extras=Extras(difficulty=difficulty), processes=1)
        with CoordinatorStudy.create(Path(folder) / "trial") as study:
            report: dict[str, Any] = import_folders(study, [scans]).as_json()
            given = study.assign("R1", 1)
        kinds = [
            sorted((s["kind"], s["plane"]) for s in visit["series"])
            for subject in report["subjects"]
            for visit in subject["visits"]
        ]
        sys.stdout.write(f"visits with the seven series: {sum(k == kinds[0] and len(k) == 7 for k in kinds)}")
        sys.stdout.write(f" of {2 * people}; findings of the import: {report['findings']}\n")
        movements = _movements(scans)
        errors = []
        for item in given:
            with ReaderStudy.open(Path(folder) / "trial", "R1") as door:
                case = door.case(item.case)
            found = register(wanted_series(case), pixels(case), Token())
            if not isinstance(found, Proposal):
                sys.stdout.write(f"declined: {found}\n")
                continue
            errors.append(_best(movements, found))
            sys.stdout.write(f"{errors[-1][0]:.2f} mm, {errors[-1][1]:.2f} degrees, sure {found.correlation:.2f}\n")
        if errors:
            mm, degrees = np.max(errors, axis=0)
            sys.stdout.write(f"{len(errors)} of {people}, at most {mm:.2f} mm, {degrees:.2f} degrees\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 6, Difficulty(sys.argv[2] if len(sys.argv) > 2 else "typical"))
