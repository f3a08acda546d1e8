"""Error of registration where joints bend between the visits.

    python -m tests.benchmarks.wrists.bent_joints [--difficulty hard] [--small N] [--large N]

Typical pairs are written, imported and registered as the room's worker does it. What is wanted is the movement of all
bones in the mean, which the phantom draws before any image is made: within 1 mm and 1 degree. Millimetres are the mean
over the corners of a cube of 50 mm about the carpus. Nothing here is a test; tests/registering holds two pairs to it.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from storage.records import CaseRecord
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from tests.registering.test_recovering_the_movement import after, pixels
from workstation.imaging.rigid import Rigid
from workstation.intake.importing.importer import import_folders
from workstation.phantom.people import pair
from workstation.phantom.realism.difficulty import EFFECTS, Difficulty
from workstation.phantom.study import Extras, write_study
from workstation.registering.grid import reduced
from workstation.registering.proposal import REACH_MM, Declined, decided
from workstation.registering.register import wanted_series
from workstation.registering.worker import answer, found_in, packed

MOST_MM, MOST_DEGREES = 1.0, 1.0


@dataclass(frozen=True, slots=True)
class Off:
    """How far a proposal lies from the movement of the bones in the mean; `declined` says why there is none."""

    mm: float
    degrees: float
    quality: str
    declined: str = ""


def off(folder: Path, *, seed: int, size: int, difficulty: Difficulty = Difficulty.TYPICAL) -> Off:
    """Write the first pair of that seed below `folder`, import and register it."""
    sent = folder / f"sent-{size}-{seed}"
    write_study(sent, seed=seed, size=size, extras=Extras(difficulty=difficulty))
    case = _case(sent, folder / f"trial-{size}-{seed}")
    wanted = _truth(sent)
    read = pixels(case)
    grids = {
        plane: (reduced(first, read(first.code)), reduced(second, read(second.code)))
        for plane, (first, second) in wanted_series(case).items()
    }
    # in this process: the worker's limit of a minute is one of time, and other work may be going on
    found = decided(found_in(answer(packed(grids))))
    if isinstance(found, Declined):
        return Off(np.inf, np.inf, "", found.reason)
    x, y, z = pair(seed, 1, size, effects=EFFECTS[difficulty]).scans[0].hand.to_patient(np.zeros(3)).tolist()
    middle = (x, y, z)
    return Off(
        wanted.apart_mm(found.movement, middle, REACH_MM),
        after(wanted.inverse, found.movement).degrees,
        found.quality,
    )


def _case(sent: Path, trial: Path) -> CaseRecord:
    with CoordinatorStudy.create(trial) as study:
        import_folders(study, [sent])
        (given,) = study.assign("R1", 1)
    with ReaderStudy.open(trial, "R1") as door:
        return door.case(given.case)


def _truth(sent: Path) -> Rigid:
    (entry,) = json.loads((sent / "truth_transform.json").read_text("utf-8"))
    first, second, third = (tuple(row) for row in entry["rotation"])
    x, y, z = entry["translation_mm"]
    return Rigid((first, second, third), (x, y, z))


def main() -> None:
    """Print a line a pair, and the worst."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--difficulty", type=Difficulty, default=Difficulty.TYPICAL)
    parser.add_argument("--first", type=int, default=1, help="seed of the first pair")
    parser.add_argument("--small", type=int, default=10, help="pairs of 128 pixels")
    parser.add_argument("--large", type=int, default=3, help="pairs of 256 pixels")
    given = parser.parse_args()
    found = []
    for size, pairs in ((128, given.small), (256, given.large)):
        for seed in range(given.first, given.first + pairs):
            with tempfile.TemporaryDirectory() as folder:
                one = off(Path(folder), seed=seed, size=size, difficulty=given.difficulty)
            found.append(one)
            what = one.declined or f"{one.mm:.2f} mm, {one.degrees:.2f} degrees ({one.quality})"
            sys.stdout.write(f"{size} pixels, seed {seed}: {what}\n")
            sys.stdout.flush()
    within = sum(one.mm <= MOST_MM and one.degrees <= MOST_DEGREES for one in found)
    worst = (max(one.mm for one in found), max(one.degrees for one in found))
    sys.stdout.write(
        f"within {MOST_MM:g} mm and {MOST_DEGREES:g} degree: {within} of {len(found)}; "
        f"worst {worst[0]:.2f} mm, {worst[1]:.2f} degrees\n"
    )


if __name__ == "__main__":
    main()
