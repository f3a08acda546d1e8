"""People of the study that has lived, as their scanner left them: ten with two visits, two with one, one by mistake."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.builders.dicom_files import a_visit

PAIRS, SINGLES, MISTAKEN = range(1, 11), (11, 12), 13
# of this one the follow-up came without contrast agent, which the coordinator accepts
WITHOUT_CONTRAST = 10


def scans(folder: Path) -> Path:
    """One folder a person, one a visit, half a year apart; seven series of two slices each."""
    for number in (*PAIRS, *SINGLES, MISTAKEN):
        _visit(folder, number, 1)
        if number not in SINGLES:
            _visit(folder, number, 2)
    for file in (folder / f"P{WITHOUT_CONTRAST:02}" / "2").iterdir():
        if ".2.6." in file.name or ".2.7." in file.name:
            file.unlink()
    return folder


def _visit(folder: Path, number: int, visit: int) -> None:
    who: dict[str, Any] = {
        "PatientID": f"P{number:02}",
        "PatientName": f"Quillon^{'ABCDEFGHIJKLM'[number - 1]}.",
        "PatientBirthDate": f"19{40 + number}0{1 + number % 9}11",
        "StudyDate": f"2023{'0312'[:2] if visit == 1 else '09'}{10 + number}",
    }
    a_visit(folder / f"P{number:02}" / str(visit), f"1.2.826.{number}.{visit}", count=2, **who)
