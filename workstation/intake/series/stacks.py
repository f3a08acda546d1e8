"""Stacks of frames: split before stacking, then ordered by position along the normal. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from workstation.intake.frames import Frame

# Positions nearer than this are one position; scanners write tenths of micrometres, resampled series less
SAME_POSITION_MM = 0.01
# A neighbour further than this from the median distance is a gap or uneven spacing
UNEVEN = 0.05
GAP = 1.5
ORIENTATION_DECIMALS = 2
SPACING_DECIMALS = 3
TIME_DECIMALS = 2
COMPONENTS = {"M": "M", "MAGNITUDE": "M", "P": "P", "PHASE": "P", "R": "R", "REAL": "R", "I": "I", "IMAGINARY": "I"}

StackKey = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stack:
    """Parallel frames of one series of a study with one geometry and contrast, ordered along the normal, lowest first.

    key: what the stack was split by, as text that is the same whenever the same files are read.
    echoes: how many echo times the series has at this place.
    """

    series_uid: str
    key: StackKey
    frames: tuple[Frame, ...]
    echoes: int

    @property
    def first(self) -> Frame:
        """The lowest frame."""
        return self.frames[0]

    @property
    def distances_mm(self) -> tuple[float, ...]:
        """Distances of neighbours along the normal."""
        return distances(tuple(frame.along_mm for frame in self.frames))

    @property
    def slice_spacing_mm(self) -> float | None:
        """Median distance of neighbours, None for a single slice."""
        return median(self.distances_mm) if len(self.frames) > 1 else None


@dataclass(frozen=True, slots=True)
class Irregularity:
    """What is uneven in a stack. `after` is the number of the slice in front of it, from 1."""

    what: str
    after: int
    distance_mm: float


def stacks_of(frames: Iterable[Frame]) -> tuple[Stack, ...]:
    """All stacks of the frames, in an order that doesn't depend on the order in which files were found."""
    # a SeriesInstanceUID that a de-identifier made of the description comes again in other studies
    split: dict[tuple[str, str, StackKey], list[Frame]] = defaultdict(list)
    for frame in frames:
        split[frame.facts.series_uid, frame.facts.study_uid, _key(frame)].append(frame)
    echoes: dict[tuple[str, str, StackKey], set[str]] = defaultdict(set)
    for uid, study, key in split:
        echoes[uid, study, _geometry(key)].add(_echo(key))
    return tuple(
        Stack(uid, (*key, f"repeat={number}"), part, len(echoes[uid, study, _geometry(key)]))
        for (uid, study, key), members in sorted(split.items(), key=lambda item: item[0])
        for number, part in enumerate(_repeats(members))
    )


def irregularities(positions_mm: tuple[float, ...]) -> tuple[Irregularity, ...]:
    """Gaps and uneven distances of positions along the normal, sorted; never averaged away.

    A gap is a distance of more than one and a half medians; uneven is more than 5 % off the median.
    """
    steps = distances(positions_mm)
    if len(steps) < 2:  # noqa: PLR2004 - one distance has nothing to differ from
        return ()
    usual = median(steps)
    found = []
    for number, step in enumerate(steps, start=1):
        if step > GAP * usual:
            found.append(Irregularity("gap", number, step))
        elif abs(step - usual) > max(UNEVEN * usual, 2 * SAME_POSITION_MM):
            found.append(Irregularity("uneven", number, step))
    return tuple(found)


def distances(positions_mm: tuple[float, ...]) -> tuple[float, ...]:
    """Distances of neighbours."""
    return tuple(b - a for a, b in pairwise(positions_mm))


def _key(frame: Frame) -> StackKey:
    layout, physics = frame.facts.layout, frame.physics
    geometry = (
        _rounded(frame.orientation, ORIENTATION_DECIMALS),
        f"{layout.rows}x{layout.columns}",
        _rounded(frame.spacing_mm, SPACING_DECIMALS),
        frame.facts.frame_of_reference,
    )
    return (
        f"geometry={';'.join(geometry)}",
        f"pixels={layout.bits_allocated};{layout.signed};{layout.inverted}",
        f"echo={_rounded((physics.echo_time,), TIME_DECIMALS)};{frame.echo_number}",
        f"type={_component(frame)};{_image_type(frame)}",
        f"stack={frame.stack_id}",
        f"time={frame.temporal_position}",
        f"b={_rounded((frame.b_value,), 0)}",
    )


def _geometry(key: StackKey) -> StackKey:
    return tuple(part for part in key if not part.startswith("echo="))


def _echo(key: StackKey) -> str:
    return next(part for part in key if part.startswith("echo="))


def _rounded(values: tuple[float | None, ...], decimals: int) -> str:
    # adding 0.0 turns -0.0 into 0.0
    return ",".join("" if value is None else f"{round(value, decimals) + 0.0:.{decimals}f}" for value in values)


def _component(frame: Frame) -> str:
    return next((COMPONENTS[value] for value in frame.evidence.image_type if value in COMPONENTS), "")


def _image_type(frame: Frame) -> str:
    return "\\".join(frame.evidence.image_type)


def _repeats(members: list[Frame]) -> list[tuple[Frame, ...]]:
    """One stack for each time that positions repeat, in the order of time, then of instance number.

    Two frames at one place are two images: both stay reachable and neither is averaged.
    """
    positions: list[list[Frame]] = []
    for frame in sorted(members, key=lambda item: item.along_mm):
        if positions and _same_position(positions[-1][0], frame):
            positions[-1].append(frame)
        else:
            positions.append([frame])
    for frames_here in positions:
        frames_here.sort(key=_moment)
    most = max(len(frames_here) for frames_here in positions)
    return [
        tuple(frames_here[number] for frames_here in positions if number < len(frames_here)) for number in range(most)
    ]


def _same_position(a: Frame, b: Frame) -> bool:
    return b.along_mm - a.along_mm < SAME_POSITION_MM


def _moment(frame: Frame) -> tuple[int, str, int, str, int]:
    return (
        frame.acquisition_number or 0,
        frame.acquired,
        frame.instance_number or 0,
        frame.facts.sop_uid,
        frame.index,
    )
