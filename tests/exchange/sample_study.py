"""A study of the sample pair, given to one reader."""

from __future__ import annotations

from pathlib import Path

from storage.study.coordinator import CoordinatorStudy
from workstation.app.studies import create_study
from workstation.intake.importing.border_review import see, unseen
from workstation.intake.importing.importer import import_folders

SAMPLE = Path(__file__).parents[2] / "sample_dicom"


def a_study_of_the_sample(trial: Path, reader: str, scheme: str = "ramris-wrist") -> None:
    """Created, imported, its borders seen, and assigned."""
    create_study(trial, scheme, "known")
    with CoordinatorStudy.open(trial) as study:
        import_folders(study, [SAMPLE])
        see(study, [item.series for item in unseen(study)], "J. Smit")
        study.assign(reader, seed=1)
