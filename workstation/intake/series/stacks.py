"""Stacks of frames: split before stacking, then ordered by position along the normal. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from workstation.intake.frames import Frame
from workstation.intake.series.alike import SAME_POSITION_MM, StackKey, groups, key_of, repeats

# A neighbour further than this from the median distance is a gap or uneven spacing
UNEVEN = 0.05
GAP = 1.5


@dataclass(frozen=True, slots=True)
class Stack:
    """Parallel frames of one series of a study with one geometry and contrast, ordered along the normal, lowest first.

    key: what the stack was split by, as text that is the same whenever the same files are read.
    echoes: how many echo times the series has at this place. frame_of_reference: "" where it isn't known; made_anew:
    every file names another one.
    """

    series_uid: str
    key: StackKey
    frames: tuple[Frame, ...]
    echoes: int
    frame_of_reference: str = ""
    made_anew: bool = False

    @property
    def first(self) -> Frame:
        """The lowest frame."""
        return self.frames[0]

    @property
    def distances_mm(self) -> tuple[float, ...]:
        """Distances of neighbours along the normal."""
        return distances(tuple(frame.along(self.first.normal) for frame in self.frames))

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
    series: dict[tuple[str, str], list[Frame]] = defaultdict(list)
    for frame in frames:
        series[frame.facts.series_uid, frame.facts.study_uid].append(frame)
    found: list[tuple[str, Stack]] = []
    for (uid, study), every in series.items():
        # a radiograph lies nowhere, and is a series of its own
        found += [(study, _alone(frame)) for frame in every if frame.facts.radiograph is not None]
        members = [frame for frame in every if frame.facts.radiograph is None]
        for alike in groups(members):
            frame_of_reference = "" if alike.made_anew else alike.echoes[0][0].facts.frame_of_reference
            for echo in alike.echoes:
                key = key_of(alike.frames, echo, frame_of_reference)
                for number, part in enumerate(repeats(echo)):
                    stack = Stack(
                        uid, (*key, f"repeat={number}"), part, len(alike.echoes), frame_of_reference, alike.made_anew
                    )
                    found.append((study, stack))
    return tuple(stack for _, stack in sorted(found, key=lambda item: (item[1].series_uid, item[0], item[1].key)))


def _alone(frame: Frame) -> Stack:
    return Stack(frame.facts.series_uid, (f"image={frame.facts.sop_uid}", "repeat=0"), (frame,), 1)


def joined_and_parted(
    stack: Stack, others: Sequence[Stack], parts: Sequence[AbstractSet[tuple[str, int]]]
) -> tuple[Stack, ...]:
    """The stack with the frames of others, and of its frames, by key, each part that is a stack of its own."""
    normal = stack.first.normal
    frames = sorted((frame for each in (stack, *others) for frame in each.frames), key=lambda item: item.along(normal))
    rest = tuple(frame for frame in frames if not any(frame.key in part for part in parts))
    off = [found for part in parts if (found := tuple(frame for frame in frames if frame.key in part))]
    if not rest or not off:
        return (replace(stack, frames=tuple(frames)),)
    return (
        replace(stack, frames=rest),
        *(
            replace(stack, frames=part, key=(*stack.key[:-1], f"part={number}", stack.key[-1]))
            for number, part in enumerate(off, start=1)
        ),
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
