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


def doctor_lines() -> list[str]:
    """What is missing here, a line each, and the one line that brings it; empty when nothing is."""
    found = doctor.lacks()
    lines = [f"missing: {lack.what}, for {lack.purpose} (Debian: {lack.package})" for lack in found]
    return [*lines, f"Install with: sudo {doctor.apt_line(found)}"] if found else []
