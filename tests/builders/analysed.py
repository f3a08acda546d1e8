"""A cohort's analysis with the published plan, for tests."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from scoring.analysis.analyse import Analysis, analyse
from scoring.analysis.clinical_csv import read_clinical
from scoring.analysis.cohort import Cohort, joined
from scoring.analysis.exported import read_export
from scoring.analysis.plan import Plan, shipped_plan
from scoring.analysis.studies import studies_of


def a_cohort(
    folder: Path, plan: Plan | None = None, *, exports: Sequence[str] = ("export",), readers: Sequence[str] = ()
) -> Cohort:
    """`folder/clinical.csv` joined with the exports beside it."""
    studies = studies_of([read_export(folder / export) for export in exports], readers)
    wanted = plan or shipped_plan()
    return joined(
        studies, read_clinical(folder / "clinical.csv", wanted, studies=[study.patients for study in studies]), wanted
    )


def analysed(folder: Path, plan: Plan | None = None) -> Analysis:
    """That cohort's analysis at 95 %."""
    return analyse(a_cohort(folder, plan), level=0.95)
