"""Grey of the same tissue at both visits, before and after matching. Run by python -m tests.benchmarks.one_light.

Synthetic pairs, each as it is and altered: the follow-up's values multiplied by a number drawn for each series (0.5 to
3, the same number each run); with noise, its field of view cut, end slices gone, turned by up to 10 degrees and 8 mm;
with most of each bone and all spaces ill at follow-up; with another coil's shading at each visit. For each series the
error is |ln| of the ratio that is left of the greys of the same tissue. Lesion voxels that come out white are counted
in what is fat-suppressed, by the label maps. Nothing here is a test.

Arguments: folders that `ramris phantom --labels` wrote; without any, a few pairs are made anew.
"""

from __future__ import annotations

import gzip
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from math import cos, exp, log, radians, sin
from pathlib import Path
from typing import Any

import numpy as np
from msgspec.structs import replace as record_with
from numpy.typing import NDArray
from scipy import ndimage

from storage.records import SeriesRecord
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from workstation.imaging.geometry import Stack
from workstation.imaging.light.matching import DARK, lit
from workstation.imaging.rigid import Rigid
from workstation.imaging.volume import load_volume
from workstation.intake.importing.importer import import_folders
from workstation.phantom.labels import (
    OEDEMA_FROM,
    SHAFT_FROM,
    SHEATH_FROM,
    SPACE_FROM,
    SYNOVITIS_FROM,
    TENDON_FROM,
)
from workstation.phantom.study import Extras, write_study

Name = tuple[str, str]
PIXELS = 256


@dataclass(frozen=True, slots=True)
class Stacked:
    """One series at one visit: its record, its pixels, its labels, and what its values were multiplied by."""

    series: SeriesRecord
    volume: NDArray[Any]
    labels: NDArray[np.uint8]
    planted: float = 1.0


Visit = dict[Name, Stacked]


def pairs(folder: Path) -> Iterator[tuple[Visit, Visit]]:
    """Every person of a folder of synthetic pairs, imported as any study is."""
    for person in sorted(path for path in folder.iterdir() if path.is_dir()):
        with tempfile.TemporaryDirectory() as room:
            with CoordinatorStudy.create(Path(room) / "trial") as study:
                import_folders(study, [person])
                (given,) = study.assign("R1", 1)
            with ReaderStudy.open(Path(room) / "trial", "R1") as door:
                case = door.case(given.case)
            both = []
            for record, scan in zip(case.visits, ("old", "NEW (2)"), strict=True):
                (place,) = person.glob(f"*scan {scan}")
                labels = {plane: labels_of(next(place.glob(f"*labels_{plane}.nrrd"))) for plane in ("AX", "COR")}
                both.append(
                    {
                        (item.kind, item.plane): Stacked(item, load_volume(item, case.images), labels[item.plane])
                        for item in record.series
                    }
                )
        yield both[0], both[1]


def labels_of(path: Path) -> NDArray[np.uint8]:
    """The label map of a plane, (slice, row, column)."""
    header, _, packed = path.read_bytes().partition(b"\n\n")
    (sizes,) = (line for line in header.decode().splitlines() if line.startswith("sizes:"))
    columns, rows, slices = (int(word) for word in sizes.split()[1:])
    return np.frombuffer(gzip.decompress(packed), np.uint8).reshape(slices, rows, columns)


def is_lesion(labels: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Osteitis, erosion, synovitis and tenosynovitis."""
    return (
        ((labels >= OEDEMA_FROM) & (labels < SHAFT_FROM))
        | ((labels >= SYNOVITIS_FROM) & (labels < TENDON_FROM))
        | (labels >= SHEATH_FROM)
    )


def is_healthy_bone(labels: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Assessed bone without a lesion."""
    return (labels > 0) & (labels < OEDEMA_FROM)


def with_gain(visit: Visit, random: np.random.Generator) -> Visit:
    """Each series times a number of its own, whole numbers again."""
    out = {}
    for name, one in sorted(visit.items()):
        times = exp(random.uniform(log(0.5), log(3)))
        out[name] = stored(one, one.volume.astype(np.float32) * times, planted=times)
    return out


def with_noise(visit: Visit, random: np.random.Generator) -> Visit:
    """Rician noise, a quarter of the signal of healthy marrow where fat is suppressed."""
    out = {}
    for name, one in sorted(visit.items()):
        marrow = float(np.median(one.volume[is_healthy_bone(one.labels)]))
        sigma = marrow / (4 if name[0] in DARK else 30)
        parts = random.normal(0, sigma, (2, *one.volume.shape)).astype(np.float32)
        out[name] = stored(one, np.hypot(one.volume + parts[0], parts[1]))
    return out


def cut(visit: Visit, random: np.random.Generator) -> Visit:
    """Field of view of 70 to 90 %, and two to four end slices gone; the same for a plane's series."""
    out = {}
    for plane in ("AX", "COR"):
        share, gone, first = random.uniform(0.7, 0.9), int(random.integers(2, 5)), random.uniform(0, 1, 2)
        for name, one in visit.items():
            if name[1] != plane:
                continue
            keep = int(one.series.rows * share)
            row, column = (int((one.series.rows - keep) * part) for part in first)
            here = (slice(0, len(one.volume) - gone), slice(row, row + keep), slice(column, column + keep))
            stack = Stack.of(one.series)
            slices = tuple(
                record_with(item, position_mm=stack.pixel_to_mm(index, row, column))
                for index, item in enumerate(one.series.slices[: len(one.volume) - gone])
            )
            series = record_with(one.series, rows=keep, columns=keep, slices=slices)
            out[name] = replace(one, series=series, volume=one.volume[here].copy(), labels=one.labels[here])
    return out


def turned(visit: Visit, random: np.random.Generator) -> Visit:
    """The hand laid anew, by up to 10 degrees and 8 mm: the images are resampled in the same field."""
    movement = a_movement(random)
    middle = np.array(Stack.of(visit["T1", "AX"].series).centre_mm)
    out = {}
    for name, one in visit.items():
        stack = Stack.of(one.series)
        spacing = (one.series.slice_spacing_mm or 1.0, *stack.spacing_mm)
        axes = np.array((stack.normal, stack.down, stack.right)).T * np.array(spacing)
        origin = np.array(stack.positions_mm[0])
        turn, shift = np.array(movement.rotation), np.array(movement.translation_mm) + middle
        back = np.linalg.inv(axes)
        matrix = back @ turn @ axes
        offset = back @ (turn @ (origin - middle) + shift - origin)
        volume = ndimage.affine_transform(one.volume.astype(np.float32), matrix, offset, order=1)
        labels = ndimage.affine_transform(one.labels, matrix, offset, order=0)
        out[name] = replace(stored(one, volume), labels=labels)
    return out


def a_movement(random: np.random.Generator) -> Rigid:
    """Up to 10 degrees about some axis and 8 mm."""
    axis = random.normal(size=3)
    x, y, z = axis / np.linalg.norm(axis)
    angle = radians(random.uniform(0, 10))
    c, s = cos(angle), sin(angle)
    rows = (
        (c + x * x * (1 - c), x * y * (1 - c) - z * s, x * z * (1 - c) + y * s),
        (y * x * (1 - c) + z * s, c + y * y * (1 - c), y * z * (1 - c) - x * s),
        (z * x * (1 - c) - y * s, z * y * (1 - c) + x * s, c + z * z * (1 - c)),
    )
    way = random.normal(size=3)
    way *= random.uniform(0, 8) / np.linalg.norm(way)
    return Rigid(rows, (float(way[0]), float(way[1]), float(way[2])))


def made_ill(visit: Visit, random: np.random.Generator) -> Visit:
    """60 % of every assessed bone oedematous, and every space filled."""
    chosen = {}
    out = {}
    for name, one in sorted(visit.items()):
        if name[1] not in chosen:
            blobs = ndimage.gaussian_filter(random.normal(size=one.labels.shape), (1, 6, 6))
            bone = is_healthy_bone(one.labels)
            limit = np.quantile(blobs[bone], 0.4)
            space = (one.labels >= SPACE_FROM) & (one.labels < SYNOVITIS_FROM)
            chosen[name[1]] = (bone & (blobs > limit), space)
        bone, space = chosen[name[1]]
        volume = one.volume.astype(np.float32)
        lesion = one.volume[is_lesion(one.labels)]
        bright = float(np.median(lesion)) if lesion.size > 200 else float(np.percentile(volume, 99))
        # in T1 and PD oedema is darker than marrow
        volume[bone | space] = bright * random.normal(1, 0.08, volume.shape).astype(np.float32)[bone | space]
        labels = one.labels.copy()
        labels[bone], labels[space] = OEDEMA_FROM, SYNOVITIS_FROM
        out[name] = replace(stored(one, volume), labels=labels)
    return out


def shaded(visit: Visit, random: np.random.Generator) -> Visit:
    """A coil that is about three times as sensitive at one side as 60 mm farther, differing by some 23 degrees."""
    angle = radians(random.uniform(-23, 23))
    out = {}
    for name, one in visit.items():
        stack = Stack.of(one.series)
        centre = np.array(stack.centre_mm)
        way = np.array((sin(angle), cos(angle), 0.0))
        s, r, c = np.meshgrid(*(np.arange(size) for size in one.volume.shape), indexing="ij")
        spacing = (one.series.slice_spacing_mm or 1.0, *stack.spacing_mm)
        axes = np.array((stack.normal, stack.down, stack.right)) * np.array(spacing)[:, None]
        start = (np.array(stack.positions_mm[0]) - centre) @ way
        along = start + s * (axes[0] @ way) + r * (axes[1] @ way) + c * (axes[2] @ way)
        out[name] = stored(one, one.volume * np.exp(along * (log(3) / 60)).astype(np.float32))
    return out


def stored(one: Stacked, volume: NDArray[Any], planted: float | None = None) -> Stacked:
    """Whole numbers again, with the record that an import would make of them."""
    whole = np.rint(np.clip(volume, 0, 65_000)).astype(np.uint16)
    low, high = np.percentile(whole, (1, 99.5))
    series = record_with(
        one.series, minimum=int(whole.min()), maximum=int(whole.max()), window_low=float(low), window_high=float(high)
    )
    return replace(one, series=series, volume=whole, planted=one.planted * (planted or 1.0))


CONDITIONS = ("as it is", "noise, cut, turned", "the same, and very ill", "noise, cut, turned, shaded")


def altered(pair: tuple[Visit, Visit], condition: str, random: np.random.Generator) -> tuple[Visit, Visit]:
    """The pair under a condition, always with gains planted at follow-up."""
    first, second = pair
    if condition == CONDITIONS[2]:
        second = made_ill(second, random)
    if condition == CONDITIONS[3]:
        first, second = shaded(first, random), shaded(second, random)
    if condition != CONDITIONS[0]:
        first, second = with_noise(first, random), with_noise(cut(turned(second, random), random), random)
    return first, with_gain(second, random)


@dataclass(slots=True)
class Found:
    """Of one condition: errors and clipped shares per way of windowing."""

    errors: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    dark_errors: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    clipped: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    marrow: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    cpu: list[float] = field(default_factory=list)
    unmatched: int = 0


def judge(first: Visit, second: Visit, found: Found) -> None:
    """Add one pair's figures."""
    begun = time.process_time()
    visits = [[one.series for one in visit.values()] for visit in (first, second)]
    volumes = {one.series.code: one.volume for visit in (first, second) for one in visit.values()}
    lights = lit(visits[0], visits[1], volumes)
    found.cpu.append((time.process_time() - begun) * 1000)
    for name in sorted(first.keys() & second.keys()):
        one, other = first[name], second[name]
        here, there = lights[one.series.code], lights[other.series.code]
        truth = log(other.planted)
        spans = [item.series.window_high - item.series.window_low for item in (one, other)]
        error = {"before": abs(log(spans[1] / spans[0]) - truth)}
        if not there.why_not:
            error["after"] = abs(log(there.gain) - truth)
        else:
            found.unmatched += 1
        for way, value in error.items():
            found.errors[way].append(value)
            if name[0] in DARK:
                found.dark_errors[way].append(value)
        if name[0] not in DARK:
            continue
        highs = {
            "before": (one.series.window_high, other.series.window_high),
            "after": (here.high, there.high),
        }
        for way, pair in highs.items():
            for item, high in zip((one, other), pair, strict=True):
                low = item.series.window_low if way == "before" else 0.0
                lesion = item.volume[is_lesion(item.labels)]
                if lesion.size >= 50:
                    found.clipped[way].append(float((lesion >= high).mean()))
                bone = item.volume[is_healthy_bone(item.labels)]
                if bone.size:
                    found.marrow[way].append(float(np.clip((np.median(bone) - low) / (high - low), 0, 1)) * 255)


def figures(values: list[float]) -> str:
    """Median / 95th percentile / greatest."""
    if not values:
        return "-"
    return f"{statistics.median(values):.3f} / {np.percentile(values, 95):.3f} / {max(values):.3f}"


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as room:
        folders = [Path(word) for word in sys.argv[1:]]
        if not folders:
            write_study(Path(room) / "pairs", seed=501, size=PIXELS, subjects=2, extras=Extras(labels=True))
            folders = [Path(room) / "pairs"]
        kept = {
            c: Found(defaultdict(list), defaultdict(list), defaultdict(list), defaultdict(list), []) for c in CONDITIONS
        }
        number = 0
        for folder in folders:
            for pair in pairs(folder):
                number += 1
                for index, condition in enumerate(CONDITIONS):
                    judge(*altered(pair, condition, np.random.default_rng((number, index))), kept[condition])
    for condition, found in kept.items():
        sys.stdout.write(
            f"{condition} ({number} pairs, {len(found.errors['before'])} series; {found.unmatched} not matched)\n"
        )
        for way in ("before", "after"):
            sys.stdout.write(
                f"  {way:7} all {figures(found.errors[way])}   fat-suppressed {figures(found.dark_errors[way])}   "
                f"clipped {figures(found.clipped[way])}   marrow {figures(found.marrow[way])}\n"
            )
        sys.stdout.write(f"  CPU of matching, ms: {figures(found.cpu)}\n")


if __name__ == "__main__":
    main()
