"""Synthetic pairs, and what this machine lacks."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from workstation.app.progress import Progress
from workstation.errors import UsageRefused
from workstation.runtime import doctor


class Films(NamedTuple):
    """Radiographs that are wanted: so many rows each, 0 is none; alone: in place of the wrists."""

    rows: int = 0
    alone: bool = False


NO_FILMS: Final = Films()


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
    films: Films = NO_FILMS,
    difficulty: str = "easy",
    without: tuple[str, ...] = (),
) -> None:
    """Write synthetic pairs; label maps, multi-frame files, a planted fault or radiographs on request.

    difficulty: easy, typical or hard. without: effects of it that are left out.
    """
    from workstation.phantom.radiographs.write import check_rows, options, write_alone, write_radiographs
    from workstation.phantom.realism.difficulty import Difficulty
    from workstation.phantom.study import Extras, write_study

    def told(done: int, total: int) -> None:
        progress(done, total, "series")

    if films.rows:
        check_rows(films.rows)
    if films.alone and (labels or enhanced or fault):
        raise UsageRefused(
            "labels, multi-frame files and faults are of wrists: leave them out, or have the wrists, too"
        )
    if films.alone:
        write_alone(out, seed=seed, subjects=subjects, rows=films.rows, progress=told)
        return
    also = options(films.rows, alone=False) if films.rows else ""
    beside = partial(write_radiographs, seed=seed, subjects=subjects, rows=films.rows, progress=told)

    write_study(
        out,
        seed=seed,
        size=size,
        subjects=subjects,
        extras=Extras(labels, enhanced, fault, also, Difficulty(difficulty), without),
        progress=told,
        beside=beside if films.rows else None,
    )


def cohort(out: Path, name: str, *, seed: int, progress: Progress) -> str:
    """Write a cohort of that name, and say how many are in it."""
    from workstation.phantom.cohort.write import checked_shape, write_cohort

    shape = checked_shape(name)
    made = write_cohort(out, shape=shape, seed=seed, progress=lambda done, total: progress(done, total, "series"))
    scans = sum(len(item.visits) for item in made)
    return f"{shape.people} synthetic people in {len(made)} enrolments with {scans} scans"


def atlas(out: Path, *, progress: Progress) -> str:
    """Write the atlas of the wrist, and say how many pictures it has."""
    from workstation.phantom.atlas.writing import write_atlas

    return f"{write_atlas(out, lambda done, total: progress(done, total, 'pictures'))} synthetic pictures"


def doctor_lines() -> list[str]:
    """What is missing here, a line each, and the one line that brings it; empty when nothing is."""
    found = doctor.lacks()
    lines = [f"missing: {lack.what}, for {lack.purpose} (Debian: {lack.package})" for lack in found]
    return [*lines, f"Install with: sudo {doctor.apt_line(found)}"] if found else []
