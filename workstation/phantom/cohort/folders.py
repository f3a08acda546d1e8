"""Folders of a cohort's scans after what befalls them: series that were never made, copies, folders named wrongly."""

from __future__ import annotations

import shutil
from pathlib import Path

from pydicom import dcmread

from workstation.phantom.cohort.shape import Enrolled
from workstation.phantom.identity import CANARY
from workstation.phantom.rendering import Job, visit_folder


def spoil(item: Enrolled, jobs: tuple[Job, ...]) -> None:
    """Do to the folders of an enrolment what its shape says."""
    visits = [visit_folder(job) for job in jobs]
    for path in sorted(visits[-1].glob("*.dcm")) if item.lacks else ():
        if int(dcmread(path, stop_before_pixels=True, specific_tags=["SeriesNumber"]).SeriesNumber) in item.lacks:
            path.unlink()
    if item.resent:
        shutil.copytree(visits[0], jobs[0].folder / f"{CANARY} sent again" / f"disc {item.person}")
    if item.astray:
        before, after = (
            visit.with_name(f"{CANARY} {word}") for visit, word in zip(visits, ("follow-up", "baseline"), strict=True)
        )
        for visit, name in zip(visits, (before, after), strict=True):
            _without_month(visit)
            visit.rename(name)


def _without_month(visit: Path) -> None:
    """The description doesn't say which visit it is, so that names of folders against dates is all there is."""
    for path in visit.glob("*.dcm"):
        ds = dcmread(path)
        ds.StudyDescription = f"{CANARY} wrist RA"
        ds.save_as(path, enforce_file_format=True)
