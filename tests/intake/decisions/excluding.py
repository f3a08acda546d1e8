"""A study of three pairs that anna was given, for tests of what is taken out of it."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from tests.builders.dicom_files import a_series
from workstation.intake.importing.answering import Chooser
from workstation.intake.importing.importer import import_folders

PEOPLE = ("P1", "P2", "P3")
WHY = "consent withdrawn"


def a_visit(folder: Path, patient: str, number: int, series: int = 1, **tags: Any) -> None:  # noqa: ANN401 - values of any attribute
    uid = f"1.2.{patient[1:]}.{number}"
    a_series(
        folder / patient / str(number),
        f"{uid}.{series}",
        StudyInstanceUID=uid,
        StudyDate=f"202{number}0105",
        PatientID=patient,
        PatientName=f"{patient}^{patient}",
        **tags,
    )


def three_pairs(study: CoordinatorStudy, folder: Path) -> CoordinatorStudy:
    """Three pairs from `folder`/in, given to anna."""
    for patient in PEOPLE:
        a_visit(folder / "in", patient, 1)
        a_visit(folder / "in", patient, 2)
    import_folders(study, [folder / "in"])
    study.assign("anna", seed=1)
    return study


def a_chooser(study: CoordinatorStudy) -> Chooser:
    return Chooser(study, "J. Smit", lambda _: None, lambda: False)


def cases_of_anna(folder: Path) -> list[str]:
    with ReaderStudy.open(folder, "anna") as room:
        return [item.case for item in room.worklist()]


def first_case(study: CoordinatorStudy, subject: str) -> str:
    return study.cases_of_subjects()[subject][0]


def rows_of(out: Path, name: str) -> list[dict[str, str]]:
    with (out / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
