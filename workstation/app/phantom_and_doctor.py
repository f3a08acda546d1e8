"""Synthetic pairs, and what this machine lacks."""

from __future__ import annotations

from pathlib import Path

from workstation.app.progress import Progress
from workstation.runtime import doctor


def phantom(
    out: Path,
    *,
    size: int,
    seed: int,
    subjects: int,
    progress: Progress,
    labels: bool = False,
    enhanced: bool = False,
    fault: str | None = None,
) -> None:
    """Write synthetic pairs; label maps, multi-frame files or a planted fault on request."""
    from workstation.phantom.study import Extras, write_study

    write_study(
        out,
        seed=seed,
        size=size,
        subjects=subjects,
        extras=Extras(labels, enhanced, fault),
        progress=lambda done, total: progress(done, total, "series"),
    )


def cohort(out: Path, name: str, *, seed: int, progress: Progress) -> str:
    """Write a cohort of that name, and say how many are in it."""
    from workstation.phantom.cohort.write import checked_shape, write_cohort

    shape = checked_shape(name)
    made = write_cohort(out, shape=shape, seed=seed, progress=lambda done, total: progress(done, total, "series"))
    scans = sum(len(item.visits) for item in made)
    return f"{shape.people} synthetic people in {len(made)} enrolments with {scans} scans"


def doctor_lines() -> list[str]:
    """What is missing here, a line each, and the one line that brings it; empty when nothing is."""
    found = doctor.lacks()
    lines = [f"missing: {lack.what}, for {lack.purpose} (Debian: {lack.package})" for lack in found]
    return [*lines, f"Install with: sudo {doctor.apt_line(found)}"] if found else []
