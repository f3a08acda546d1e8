"""A set of synthetic cases to learn on: drawn, imported, read by the truth, ready for a reader."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from workstation.app.progress import Progress
from workstation.errors import UsageRefused

if TYPE_CHECKING:
    from scoring.readings.reading import SiteKey
    from storage.study.coordinator import CoordinatorStudy
    from storage.study.reader import ReaderStudy

TRUTH: Final = "TRUTH"
FEWEST, MOST = 2, 200
# what a size of 256 draws in a few seconds a pair shows every grade
SIZE: Final = 256
EASY: Final = "easy"
WHY: Final = "synthetic cases to learn on; the reference is what was drawn"
WHY_HARD: Final = "{} synthetic cases to learn on; the reference is what of the lesions drawn stands out of the noise"


def make(directory: Path, cases: int, seed: int, progress: Progress, difficulty: str = EASY) -> str:
    """Make a calibration of so many synthetic pairs in a new folder, their truth signed as the reference; what to do.

    Where pictures aren't easy, the reference is what can be seen of what was drawn: nobody can grade the rest. Nothing
    is left of it if it doesn't come to its end.

    Raises:
        UsageRefused: a number that makes no sense.
        StudyExists: something is in the folder.
    """
    from workstation.phantom.realism.difficulty import Difficulty
    from workstation.phantom.study import Extras, whole_or_nothing, write_study

    if not FEWEST <= cases <= MOST:
        raise UsageRefused(f"--make {cases}: a whole number from {FEWEST} to {MOST}")
    if seed < 0:
        raise UsageRefused(f"--seed {seed}: 0 or more")
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise UsageRefused(f"{directory.name} holds something already; name a folder that is new or empty")
    with tempfile.TemporaryDirectory(prefix="ramris-") as scans, whole_or_nothing(directory) as building:
        drawn = Path(scans) / "scans"
        write_study(
            drawn,
            seed=seed,
            size=SIZE,
            subjects=cases,
            extras=Extras(difficulty=Difficulty(difficulty)),
            progress=lambda done, total: progress(done, total, "Drawing series"),
        )
        _study_of(building / "study", drawn, progress, difficulty)
        for part in (building / "study").iterdir():
            part.rename(building / part.name)
        (building / "study").rmdir()
    read = "as they were drawn" if difficulty == EASY else "as far as what was drawn can be seen"
    return (
        f"{cases} synthetic cases are in {directory}, and {TRUTH} has read them {read}. Give them to a "
        f"reader: ramris study assign {directory} --reader ID"
    )


def _study_of(study: Path, drawn: Path, progress: Progress, difficulty: str) -> None:
    from storage.study.coordinator import CoordinatorStudy
    from storage.study.reader import ReaderStudy
    from workstation.app.studies import add_to_study, create_study

    create_study(study, "ramris-wrist", "known")
    add_to_study(study, [drawn], progress)
    with CoordinatorStudy.open(study) as opened:
        given = {item.case: item.subject for item in opened.assign(TRUTH)}
        people = {item.subject: str(item.attributes["PatientID"]) for item in opened.vault.people()}
    truth = _truth(drawn, difficulty)
    with ReaderStudy.open(study, TRUTH) as door:
        for number, (case, subject) in enumerate(given.items(), 1):
            _read(door, case, truth[people[subject]])
            progress(number, len(given), "Reading as drawn")
    with CoordinatorStudy.open(study) as opened:
        _lay_down(opened, WHY if difficulty == EASY else WHY_HARD.format(difficulty))


def _lay_down(opened: CoordinatorStudy, why: str) -> None:
    opened.set_design("calibration", TRUTH, why)


def _read(door: ReaderStudy, case: str, grades: Mapping[SiteKey, str]) -> None:
    """Answer and sign one case as it was drawn."""
    from scoring.readings.answers import parse_answer
    from scoring.readings.reading import AnswerChanged

    changes = [AnswerChanged(key, None, parse_answer(door.scheme, key, text)) for key, text in grades.items()]
    door.record(case, changes, "enter")
    asked = door.signing_sheet(case).findings
    door.sign(case, {item.id: "as it was drawn" for item in asked})


def _truth(drawn: Path, difficulty: str) -> dict[str, dict[SiteKey, str]]:
    """By PatientID the grade that each site deserves: by all of it, or by what of it can be seen."""
    from scoring.readings.reading import SiteKey
    from scoring.schemes.scheme import FeatureCode, SiteCode

    found: dict[str, dict[SiteKey, str]] = {}
    name, column = ("truth.csv", "grade") if difficulty == EASY else ("truth_visible.csv", "visible_grade")
    with (drawn / name).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            key = SiteKey(int(row["visit"]), FeatureCode(row["feature"]), SiteCode(row["site"]))
            found.setdefault(row["subject"], {})[key] = row[column]
    return found
