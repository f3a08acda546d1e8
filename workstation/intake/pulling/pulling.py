"""Pulling: what a server offers against what came already, and one series after the other into the quarantine."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from storage.clock import now, written
from workstation.intake.pulling.parts import Parts, boundary_of
from workstation.intake.pulling.quarantine import Quarantine
from workstation.intake.pulling.query import OfferedSeries, OfferedStudy
from workstation.intake.pulling.server import PullRefused, Server

FILES: Final = 'multipart/related; type="application/dicom"; transfer-syntax=*'
TRIES: Final = 3

Told = Callable[[int, int, str], None]
"""Progress: done, of how many (0 unknown), which stage."""


class State(Enum):
    """How a series of the server stands to what is here."""

    NEW = "new"
    HERE = "here"
    CHANGED = "has other images now"
    NO_IMAGES = "holds no images"


@dataclass(frozen=True, slots=True)
class Line:
    """One series of the worklist."""

    study: OfferedStudy
    series: OfferedSeries
    state: State


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a pull did. failed: series with why; changed: series of which files came with other bytes than before."""

    came: int
    images: int
    failed: tuple[tuple[Line, str], ...]
    changed: tuple[tuple[Line, int], ...]
    cancelled: bool


class Stopped(Exception):
    """Somebody asked to stop."""


def worklist(quarantine: Quarantine, studies: Sequence[OfferedStudy]) -> tuple[Line, ...]:
    """Each series with how it stands, in the order of the studies and of their series' numbers."""
    return tuple(
        Line(study, series, _state(quarantine, study, series))
        for study in studies
        for series in sorted(study.series, key=lambda item: (_number(item), item.uid))
    )


@dataclass(frozen=True, slots=True)
class Fetching:
    """From where to where. incomplete: a series of which fewer images come than the server says is taken as it is."""

    server: Server
    quarantine: Quarantine
    cancelled: Callable[[], bool]
    incomplete: bool = False


def pull(how: Fetching, lines: Sequence[Line], told: Told) -> Pulled:
    """Fetch each series of the lines, whole or not at all. A series that fails is named, and the next one is fetched.

    Raises:
        NotSaved: no room, or the folder can't be written. What is whole is kept.
        StudyError: another fetch is running.
    """
    came, images = 0, 0
    failed: list[tuple[Line, str]] = []
    changed: list[tuple[Line, int]] = []
    if not lines:
        return Pulled(0, 0, (), (), cancelled=how.cancelled())
    with how.quarantine.held():
        for number, line in enumerate(lines):
            told(number, len(lines), "fetching series")
            try:
                fresh, other = _series(how, line)
            except PullRefused as refusal:
                failed.append((line, str(refusal)))
                continue
            except Stopped:
                return Pulled(came, images, tuple(failed), tuple(changed), cancelled=True)
            came, images = came + 1, images + fresh
            if other:
                changed.append((line, other))
        told(len(lines), len(lines), "fetching series")
    return Pulled(came, images, tuple(failed), tuple(changed), cancelled=False)


def _series(how: Fetching, line: Line) -> tuple[int, int]:
    """How many files are new here, and how many of them where the series was whole already."""
    for left in reversed(range(TRIES)):
        try:
            return _once(how, line)
        except PullRefused:
            if not left:
                raise
    raise AssertionError


def _once(how: Fetching, line: Line) -> tuple[int, int]:
    quarantine = how.quarantine

    def waiting(_parts: int) -> None:
        if how.cancelled():
            raise Stopped

    waiting(0)
    before = quarantine.fetched(line.study.uid, line.series.uid)
    path = f"studies/{line.study.uid}/series/{line.series.uid}"
    with quarantine.making() as folder:
        with how.server.stream(path, FILES) as (content_type, chunks):
            parts = Parts(folder, boundary_of(content_type))
            parts.take(chunks, waiting)
        told = line.series.images
        came = len(parts.digests)
        if told is not None and came < told and not how.incomplete:
            raise PullRefused(f"{came} of {told} images came. Try again, or take what comes with --as-it-comes")
        found = quarantine.keep(folder, line.study, line.series, parts.digests, written(now()))
    known = set(before.digests) if before else set()
    fresh = len(set(found.digests) - known)
    return fresh, fresh if before and (told is None or len(known) >= told) else 0


def _state(quarantine: Quarantine, study: OfferedStudy, series: OfferedSeries) -> State:
    if not series.has_images:
        return State.NO_IMAGES
    found = quarantine.fetched(study.uid, series.uid)
    if found is None:
        return State.NEW
    return State.HERE if found.told == series.images else State.CHANGED


def _number(series: OfferedSeries) -> int:
    return int(series.number) if re.fullmatch(r"\d{1,9}", series.number, re.ASCII) else 0
