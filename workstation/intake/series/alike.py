"""Frames of one series that are alike enough to be one stack, by their neighbours and not by rounding. Pure.

Values are sorted, and cut where one differs from the one before by more than a tolerance. So a value that lies on the
boundary of two roundings, or jitters in its last digits, splits nothing. A run of small steps that goes on is not one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import dist
from statistics import median

from storage.records import Vector3
from workstation.intake.frames import Frame

# Positions nearer than this are one position; scanners write tenths of micrometres, resampled series less
SAME_POSITION_MM = 0.01
# Of a cosine: 0.3 degrees. Of a length and a time relative, and at least. Of a b-value absolute
COSINE, LENGTH, TIME, LEAST_MS, B_VALUE = 0.005, 0.002, 0.005, 0.02, 1.0
# so many tolerances from end to end are steps: radial slices, or echoes
LONGEST_RUN = 4.0
# a step that small is the same number written otherwise
NO_STEP = 0.01
# a stack whose files each name a frame of reference of their own: so many, as even as this, in one column
LEAST_FILES, EVEN, IN_COLUMN_MM = 3, 0.05, 1.0
COMPONENTS = {"M": "M", "MAGNITUDE": "M", "P": "P", "PHASE": "P", "R": "R", "REAL": "R", "I": "I", "IMAGINARY": "I"}

StackKey = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Alike:
    """Frames of one geometry, and the same by echo time. made_anew: each of their files names another frame."""

    frames: tuple[Frame, ...]
    echoes: tuple[tuple[Frame, ...], ...]
    made_anew: bool = False


def groups(frames: Iterable[Frame]) -> tuple[Alike, ...]:
    """The frames of one series, split by all that makes them other images."""
    # whatever order the files were found in
    ordered = sorted(frames, key=lambda frame: frame.key)
    found: list[Alike] = []
    for named in _by(ordered, _named):
        for alike in _by_values(named, _geometry):
            echoes = _by_echo(alike)
            if _made_anew(alike, echoes):
                found.append(Alike(tuple(alike), echoes, made_anew=True))
                continue
            parts = _by(alike, lambda frame: frame.facts.frame_of_reference)
            found += [Alike(tuple(mine), _by_echo(mine)) for mine in parts]
    return tuple(found)


def key_of(frames: Sequence[Frame], echo: Sequence[Frame], frame_of_reference: str) -> StackKey:
    """What a stack is called by: texts of those of its frames that come first.

    The texts are rounded as they were when rounding split stacks: a stack that it left whole keeps its name.
    """
    # most stacks have one of each
    geometries = {(frame.orientation, frame.spacing_mm): frame for frame in frames}.values()
    geometry = min(_geometry_text(frame, frame_of_reference) for frame in geometries)
    rest = min(_rest_text(frame) for frame in {frame.b_value: frame for frame in frames}.values())
    return (f"geometry={geometry}", rest[0], f"echo={min(_echo_text(frame) for frame in echo)}", *rest[1:])


def repeats(members: Sequence[Frame]) -> list[tuple[Frame, ...]]:
    """One stack for each time that positions repeat, in the order of time, then of instance number.

    Two frames at one place are two images: both stay reachable and neither is averaged.
    """
    normal = min(members, key=lambda frame: frame.key).normal
    positions: list[list[Frame]] = []
    for frame in sorted(members, key=lambda item: item.along(normal)):
        if positions and frame.along(normal) - positions[-1][0].along(normal) < SAME_POSITION_MM:
            positions[-1].append(frame)
        else:
            positions.append([frame])
    for frames_here in positions:
        frames_here.sort(key=_moment)
    most = max(len(frames_here) for frames_here in positions)
    return [
        tuple(frames_here[number] for frames_here in positions if number < len(frames_here)) for number in range(most)
    ]


def cut(values: Sequence[float], tolerance: Callable[[float], float]) -> list[float]:
    """Where sorted values are cut: the first of each part."""
    ordered = sorted(set(values))
    starts = ordered[:1]
    for before, here in pairwise(ordered):
        if here - before > tolerance(here):
            starts.append(here)
    parts = [[v for v in ordered if a <= v < b] for a, b in zip(starts, [*starts[1:], float("inf")], strict=True)]
    found: list[float] = []
    for part in parts:
        found.append(part[0])
        if part[-1] - part[0] > LONGEST_RUN * tolerance(part[-1]):
            found += [here for before, here in pairwise(part) if here - before > NO_STEP * tolerance(here)]
    return found


def _by_values(
    frames: Sequence[Frame], values: Callable[[Frame], Sequence[tuple[float | None, Callable[[float], float]]]]
) -> list[list[Frame]]:
    """Split by one value after the other."""
    parts = [list(frames)]
    for number in range(len(values(frames[0]))):
        parts = [smaller for part in parts for smaller in _by_value(part, [values(frame)[number] for frame in part])]
    return parts


def _by_value(
    frames: Sequence[Frame], values: Sequence[tuple[float | None, Callable[[float], float]]]
) -> list[list[Frame]]:
    known = [value for value, _ in values if value is not None]
    starts = cut(known, values[0][1]) if known else []
    found: dict[int, list[Frame]] = defaultdict(list)
    for frame, (value, _) in zip(frames, values, strict=True):
        # what isn't known is a part of its own
        found[-1 if value is None else sum(start <= value for start in starts)].append(frame)
    return [found[number] for number in sorted(found)]


def _geometry(frame: Frame) -> Sequence[tuple[float | None, Callable[[float], float]]]:
    return (
        *((value, _of_cosine) for value in frame.orientation),
        *((value, _of_length) for value in frame.spacing_mm),
        (frame.b_value, _of_b_value),
    )


def _by_echo(frames: Sequence[Frame]) -> tuple[tuple[Frame, ...], ...]:
    numbered = _by(frames, lambda frame: -1 if frame.echo_number is None else frame.echo_number)
    return tuple(tuple(echo) for part in numbered for echo in _by_values(part, _time))


def _time(frame: Frame) -> Sequence[tuple[float | None, Callable[[float], float]]]:
    return ((frame.physics.echo_time, _of_time),)


def _of_cosine(_value: float) -> float:
    return COSINE


def _of_length(value: float) -> float:
    return LENGTH * value


def _of_time(value: float) -> float:
    return max(LEAST_MS, TIME * value)


def _of_b_value(_value: float) -> float:
    return B_VALUE


def _by(frames: Sequence[Frame], name: Callable[[Frame], object]) -> list[list[Frame]]:
    found: dict[object, list[Frame]] = defaultdict(list)
    for frame in frames:
        found[name(frame)].append(frame)
    return list(found.values())


def _made_anew(frames: Sequence[Frame], echoes: Sequence[Sequence[Frame]]) -> bool:
    """Whether each file names a frame of reference of its own, and yet they lie as one stack does."""
    named = {frame.facts.path: frame.facts.frame_of_reference for frame in frames}
    if len(named) < LEAST_FILES or len(set(named.values())) < len(named):
        return False
    return all(_lie_as_one(part) for echo in echoes for part in repeats(echo))


def _lie_as_one(frames: Sequence[Frame]) -> bool:
    """Whether frames lie one above the other, at even distances but for slices that are missing."""
    if len(frames) < LEAST_FILES:
        return False
    normal = frames[0].normal
    heights = [frame.along(normal) for frame in frames]
    steps = [above - below for below, above in pairwise(heights)]
    usual = median(steps)
    off = (abs(step - max(1, round(step / usual)) * usual) for step in steps)
    even = max(off) <= max(EVEN * usual, 2 * SAME_POSITION_MM)
    return even and all(_aside_mm(frame, frames[0], normal) <= IN_COLUMN_MM for frame in frames)


def _aside_mm(frame: Frame, first: Frame, normal: Vector3) -> float:
    """How far a frame lies beside another, within the plane."""
    away = [frame.position_mm[axis] - first.position_mm[axis] for axis in range(3)]
    along = sum(away[axis] * normal[axis] for axis in range(3))
    return dist(away, [along * part for part in normal])


def _named(frame: Frame) -> object:
    """What is equal or isn't."""
    layout = frame.facts.layout
    pixels = (layout.rows, layout.columns, layout.bits_allocated, layout.signed, layout.inverted)
    return (*pixels, frame.evidence.image_type, frame.stack_id, frame.temporal_position)


def _rest_text(frame: Frame) -> tuple[str, ...]:
    layout = frame.facts.layout
    return (
        f"pixels={layout.bits_allocated};{layout.signed};{layout.inverted}",
        f"type={_component(frame)};{_image_type(frame)}",
        f"stack={frame.stack_id}",
        f"time={frame.temporal_position}",
        f"b={_rounded((frame.b_value,), 0)}",
    )


def _geometry_text(frame: Frame, frame_of_reference: str) -> str:
    layout = frame.facts.layout
    parts = (_rounded(frame.orientation, 2), f"{layout.rows}x{layout.columns}", _rounded(frame.spacing_mm, 3))
    return ";".join((*parts, frame_of_reference))


def _echo_text(frame: Frame) -> str:
    return f"{_rounded((frame.physics.echo_time,), 2)};{frame.echo_number}"


def _rounded(values: tuple[float | None, ...], decimals: int) -> str:
    # adding 0.0 turns -0.0 into 0.0
    return ",".join("" if value is None else f"{round(value, decimals) + 0.0:.{decimals}f}" for value in values)


def _component(frame: Frame) -> str:
    return next((COMPONENTS[value] for value in frame.evidence.image_type if value in COMPONENTS), "")


def _image_type(frame: Frame) -> str:
    return "\\".join(frame.evidence.image_type)


def _moment(frame: Frame) -> tuple[int, str, int, str, int]:
    return (
        frame.acquisition_number or 0,
        frame.acquired,
        frame.instance_number or 0,
        frame.facts.sop_uid,
        frame.index,
    )
