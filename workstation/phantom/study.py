"""Synthetic pairs on disk: folders as a careless site sends them, with the truth beside."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset

from workstation.errors import UsageRefused
from workstation.phantom import truth
from workstation.phantom.acquiring import clean_slices, stored
from workstation.phantom.bones import Skeleton
from workstation.phantom.hand import Hand, Rigid, Texture, turn
from workstation.phantom.headers import Occasion, Slice, dataset
from workstation.phantom.identity import CANARY, days, identity
from workstation.phantom.lesions import grow
from workstation.phantom.plan import draw
from workstation.phantom.protocol import SERIES, Layout, SeriesPlan, layout
from workstation.phantom.tendons import lay

SMALLEST, LARGEST = 32, 1024
MOST_SUBJECTS = 9999
SAMPLE_SEED, SAMPLE_SIZE = 1, 208
PLANES = ("COR", "AX")

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Scan:
    """A hand in the scanner at one visit, and where the stacks were laid."""

    hand: Hand
    occasion: Occasion
    layouts: dict[str, Layout]


@dataclass(frozen=True, slots=True)
class Pair:
    """One subject: both visits, and the movement from baseline's patient coordinates to the follow-up's."""

    patient_id: str
    scans: tuple[Scan, Scan]
    movement: Rigid


def write_study(
    out: Path, *, seed: int = 1, size: int = 256, subjects: int = 1, progress: Progress | None = None
) -> None:
    """Write pairs of visits below `out`, with truth.csv, truth_transform.json and README.md beside them.

    The same seed, size and library versions give the same bytes. All of it appears at once, or nothing.

    Args:
        out: a folder that is new or empty.
        seed: 0 or more.
        size: rows and columns of each image.
        subjects: how many pairs.
        progress: called with (series written, series in all).

    Raises:
        UsageRefused: a number that makes no sense, or a folder that holds something.
    """
    _check(out, seed, size, subjects)
    tell = progress or (lambda _done, _total: None)
    total, done = subjects * 2 * len(SERIES), 0
    out.parent.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix=".ramris-phantom-", dir=out.parent))
    try:
        pairs = []
        for number in range(1, subjects + 1):
            pair = _pair(seed, number, size)
            pairs.append(pair)
            for _ in _write_pair(building, pair, np.random.default_rng((seed, number, 2)), (seed, number)):
                done += 1
                tell(done, total)
        truth.write(building, [(p.patient_id, [s.hand.lesions for s in p.scans], p.movement) for p in pairs])
        (building / "README.md").write_text(_readme(seed, size, subjects), "utf-8")
        if out.exists():
            out.rmdir()
        building.rename(out)
        out.chmod(0o755)
    finally:
        shutil.rmtree(building, ignore_errors=True)


def write_sample(out: Path) -> None:
    """Write exactly the pair that lies in sample_dicom/."""
    write_study(out, seed=SAMPLE_SEED, size=SAMPLE_SIZE)


def _check(out: Path, seed: int, size: int, subjects: int) -> None:
    if not SMALLEST <= size <= LARGEST:
        raise UsageRefused(f"size {size}: rows and columns from {SMALLEST} to {LARGEST}")
    if not 1 <= subjects <= MOST_SUBJECTS:
        raise UsageRefused(f"subjects {subjects}: from 1 to {MOST_SUBJECTS}")
    if seed < 0:
        raise UsageRefused(f"seed {seed}: 0 or a greater whole number")
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageRefused(f"{out} holds something already; choose a new or an empty folder")


def _pair(seed: int, number: int, size: int) -> Pair:
    random = np.random.default_rng((seed, number, 1))
    who = identity(number, random)
    skeleton = Skeleton(np.column_stack([random.normal(size=(3, 3)), random.uniform(0, 2 * np.pi, 3)]))
    tubes = lay(skeleton)
    texture = Texture.drawn(random)
    illnesses = draw(random)
    first = Rigid(turn(_jitter(random, 4.0)), np.array([12.0, 30.0, -8.0]) + random.normal(0, 2, 3))
    movement = Rigid(turn(_jitter(random, 4.0)), random.normal(0, 4, 3))
    scans = []
    for k, (illness, placed, day) in enumerate(
        zip(illnesses, (first, movement.after(first)), days(random), strict=True)
    ):
        hand = Hand(skeleton, tubes, texture, grow(illness, skeleton, tubes), placed)
        # the stacks are laid along the forearm as well as a technologist does it, anew at each visit
        laid = Rigid(placed.rotation @ turn(_jitter(random, 2.0)), np.zeros(3))
        centre = placed(np.array([2.0, -1.5, -1.0]) + random.normal(0, 0.8, 3))
        occasion = Occasion(k + 1, day, _uid(seed, number, k, "study"), _uid(seed, number, k, "frame"))
        layouts = {plane: layout(plane, centre, laid.rotation, size) for plane in PLANES}
        scans.append(Scan(hand, occasion, layouts))
    return Pair(who.patient_id, (scans[0], scans[1]), movement)


def _write_pair(out: Path, pair: Pair, noise: np.random.Generator, seeds: tuple[int, int]) -> Iterator[SeriesPlan]:
    who = identity(seeds[1], np.random.default_rng((*seeds, 1)))
    person = out / f"{CANARY}_{seeds[1]:04d}"
    for scan in pair.scans:
        folder = person / f"{CANARY} scan {'old' if scan.occasion.number == 1 else 'NEW (2)'}"
        folder.mkdir(parents=True)
        for plane in PLANES:
            plans = tuple(plan for plan in SERIES if plan.plane == plane)
            volumes: list[list[NDArray[np.uint16]]] = [[] for _ in plans]
            for clean in clean_slices(scan.hand, scan.layouts[plane], plans):
                for volume, signals in zip(volumes, clean.signals, strict=True):
                    volume.append(stored(signals, clean.body, noise))
            for plan, volume in zip(plans, volumes, strict=True):
                uid = _uid(*seeds, scan.occasion.number, plan.number)
                order = noise.permutation(len(volume))
                for index, values in enumerate(volume):
                    sop_uid = _uid(*seeds, scan.occasion.number, plan.number, index)
                    item = Slice(index, int(order[index]) + 1, values, sop_uid)
                    stack = scan.layouts[plane]
                    _write(folder, dataset(who, scan.occasion, plan=plan, series_uid=uid, layout=stack, item=item))
                yield plan


def _write(folder: Path, ds: Dataset) -> None:
    # names in no order, as consoles and discs leave them
    name = hashlib.sha256(str(ds.SOPInstanceUID).encode()).hexdigest()[:10]
    ds.preamble = CANARY.encode().ljust(128, b"\0")
    ds.save_as(folder / f"{CANARY}_{name}.dcm", enforce_file_format=True)


def _jitter(random: np.random.Generator, degrees: float) -> tuple[float, float, float]:
    x, y, z = random.normal(0, degrees, 3).clip(-2 * degrees, 2 * degrees)
    return float(x), float(y), float(z)


def _uid(*parts: int | str) -> str:
    """A UID below 2.25 (a UUID as a whole number, PS3.5 B.2), the same for the same parts."""
    digest = hashlib.sha256("/".join(map(str, ("ramris phantom", *parts))).encode()).digest()
    return f"2.25.{int.from_bytes(digest[:16], 'big')}"


def _readme(seed: int, size: int, subjects: int) -> str:
    made = f"`ramris phantom OUT --seed {seed} --size {size} --subjects {subjects}`"
    return f"""# Synthetic wrists

Nobody's wrist. These images were computed by ramris from an anatomical model; the people named in them don't exist.
They must not be used to judge anything clinical. Licence: MIT, as the project.

Made by {made}; the same numbers and library versions give the same bytes.

| file | what |
|---|---|
| `{CANARY}_0001/` | two visits of one person, seven series each, as a careless site sends them |
| `truth.csv` | for each visit and site the quantity that was counted in the model and the grade that it deserves |
| `truth_transform.json` | the rigid movement from baseline's patient coordinates (LPS mm) to the follow-up's |

Every text in the headers, every file and folder name carries the word {CANARY}, so that a leak can be found by grep.
Shares of bone and compartment were counted on a grid of 0.5 mm; the width of a tendon sheath is the farthest that its
swelling reaches from a tendon on that grid.
"""
