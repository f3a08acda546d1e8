"""Synthetic pairs on disk: folders as a careless site sends them, with the truth beside."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from workstation.errors import UsageRefused
from workstation.phantom import faults, labels, truth
from workstation.phantom.identity import CANARY
from workstation.phantom.protocol import SERIES
from workstation.phantom.realism.difficulty import EFFECT_NAMES, EFFECTS, Difficulty, Effects
from workstation.phantom.realism.said import of_difficulty
from workstation.phantom.rendering import Job, Rendered, listen, render_each

SMALLEST, LARGEST = 32, 1024
MOST_SUBJECTS = 9999
SAMPLE_SEED, SAMPLE_SIZE, SAMPLE_DIFFICULTY = 1, 232, Difficulty.TYPICAL

_ALONE = 128
"""Up to this size one pair is done sooner than other processes have started."""

Progress = Callable[[int, int], None]
Batch = tuple[Job, ...]


@dataclass(frozen=True, slots=True)
class Extras:
    """What else to write.

    labels: a label map beside each plane's images. enhanced: one multi-frame file for a series. fault: the name of a
    fault to plant in the first person's files (`faults.FAULTS`); truth.csv stays as it is. also: what
    stands behind them on the command line. difficulty: how hard the pictures are to read. without: effects of it that
    are switched off.
    """

    labels: bool = False
    enhanced: bool = False
    fault: str | None = None
    also: str = ""
    difficulty: Difficulty = Difficulty.EASY
    without: tuple[str, ...] = ()

    def options(self) -> str:
        """As they stand on the command line."""
        flags = [name for name, wanted in ((" --labels", self.labels), (" --enhanced", self.enhanced)) if wanted]
        hard = f" --difficulty {self.difficulty.value}" if self.difficulty is not Difficulty.EASY else ""
        hard += "".join(f" --without {name}" for name in self.without)
        return "".join(flags) + (f" --fault {self.fault}" if self.fault else "") + hard + self.also

    def effects(self) -> Effects:
        """The strength of each effect; UsageRefused for one that there isn't."""
        for name in self.without:
            if name not in EFFECT_NAMES:
                raise UsageRefused(f"without {name}: there are {', '.join(EFFECT_NAMES)}")
        return EFFECTS[self.difficulty].without(*self.without)


def write_study(
    out: Path,
    *,
    seed: int = 1,
    size: int = 256,
    subjects: int = 1,
    extras: Extras | None = None,
    processes: int | None = None,
    progress: Progress | None = None,
    beside: Callable[[Path], None] | None = None,
) -> None:
    """Write pairs of visits below `out`, with truth.csv, truth_transform.json and README.md beside them.

    The same seed, size and library versions give the same bytes, by however many processes. All of it appears at once,
    or nothing.

    Args:
        out: a folder that is new or empty.
        seed: 0 or more.
        size: rows and columns of each image.
        subjects: how many pairs.
        extras: what else to write.
        processes: how many work at once; None for as many as there are processors, one for small pairs. More than one
            are spawned, so a script that calls this needs its `if __name__ == "__main__"`.
        progress: called with (series written, series in all).
        beside: writes what else is to be in the folder.

    Raises:
        UsageRefused: a number that makes no sense, or a folder that holds something.
    """
    check_numbers(out, seed, size, subjects)
    extra = extras or Extras()
    effects = extra.effects()
    if extra.fault:
        faults.check(extra.fault)
    if extra.fault and extra.enhanced:
        raise UsageRefused("a fault can be planted in single-frame files alone; leave out --enhanced or --fault")
    with whole_or_nothing(out) as building:
        if beside is not None:
            beside(building)
        jobs = [
            (Job(building, seed, number, visit, size, extra.labels, extra.enhanced, effects=effects),)
            for number in range(1, subjects + 1)
            for visit in (1, 2)
        ]
        done = all_rendered(jobs, _workers(processes, size, len(jobs)), progress or (lambda _done, _total: None))
        if extra.fault:
            faults.plant(extra.fault, building)
        people = list(_subjects(subjects, done))
        truth.write(building, people)
        if effects.lesions:
            seen = [[done[number, visit].seen for visit in (1, 2)] for number in range(1, subjects + 1)]
            truth.write_seen(building, zip(people, seen, strict=True))
        if extra.labels:
            labels.write_table(building / "labels.csv")
        (building / "README.md").write_text(_readme(seed, size, subjects, extra), "utf-8")


@contextmanager
def whole_or_nothing(out: Path) -> Iterator[Path]:
    """A folder to build in, which becomes `out` at the end; when that isn't reached, nothing is left of it."""
    refused = ""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        building = Path(tempfile.mkdtemp(prefix=".ramris-phantom-", dir=out.parent))
    except OSError as error:
        refused = str(error.strerror)
    if refused:
        raise UsageRefused(f"{out.name}: nothing can be written there ({refused}); name a folder of yours")
    try:
        yield building
        if out.exists():
            out.rmdir()
        building.rename(out)
        out.chmod(0o755)
    finally:
        shutil.rmtree(building, ignore_errors=True)


def check_numbers(out: Path, seed: int, size: int, subjects: int) -> None:
    """Refuse numbers that make no sense, and a folder that holds something."""
    if not SMALLEST <= size <= LARGEST:
        raise UsageRefused(f"size {size}: rows and columns from {SMALLEST} to {LARGEST}")
    if not 1 <= subjects <= MOST_SUBJECTS:
        raise UsageRefused(f"subjects {subjects}: from 1 to {MOST_SUBJECTS}")
    if seed < 0:
        raise UsageRefused(f"seed {seed}: 0 or a greater whole number")
    check_new(out)


def check_new(out: Path) -> None:
    """Refuse a folder that holds something."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageRefused(f"{out} holds something already; choose a new or an empty folder")


def _workers(processes: int | None, size: int, jobs: int) -> int:
    if processes is not None:
        return max(1, min(processes, jobs))
    return 1 if size <= _ALONE and jobs <= 2 else min(jobs, os.cpu_count() or 1)  # noqa: PLR2004 - a pair


def all_rendered(batches: Sequence[Batch], workers: int, progress: Progress) -> dict[tuple[int, int], Rendered]:
    """Do all jobs, each batch in one process; what is true of each person and visit."""
    total, done = sum(map(len, batches)) * len(SERIES), 0
    found: dict[tuple[int, int], Rendered] = {}
    if workers == 1:

        def told() -> None:
            nonlocal done
            done += 1
            progress(done, total)

        for batch in batches:
            found |= _by_visit(batch, render_each(batch, told))
        return found
    # Spawned rather than forked: a fork copies the threads' locks of whatever program calls this.
    context = multiprocessing.get_context("spawn")
    ended = context.Event()
    with ProcessPoolExecutor(workers, context, listen, (ended,)) as pool:
        pending = {pool.submit(render_each, batch): batch for batch in batches}
        try:
            for future in as_completed(pending):
                batch = pending[future]
                found |= _by_visit(batch, future.result())
                done += len(batch) * len(SERIES)
                progress(done, total)
        except BaseException:
            ended.set()
            pool.shutdown(cancel_futures=True)
            raise
    return found


def _by_visit(batch: Batch, rendered: Sequence[Rendered]) -> dict[tuple[int, int], Rendered]:
    return {(job.number, job.visit): item for job, item in zip(batch, rendered, strict=True)}


def _subjects(subjects: int, done: dict[tuple[int, int], Rendered]) -> Iterator[truth.Subject]:
    for number in range(1, subjects + 1):
        visits = [done[number, visit] for visit in (1, 2)]
        first = visits[0]
        yield truth.Subject(
            first.patient_id, first.side, [(found.quantities, found.counted) for found in visits], first.movement
        )


def _readme(seed: int, size: int, subjects: int, extra: Extras) -> str:
    made = f"`ramris phantom OUT --seed {seed} --size {size} --subjects {subjects}{extra.options()}`"
    return f"""# Synthetic wrists

Nobody's wrist. These images were computed by ramris from an anatomical model; the people named in them don't exist.
They must not be used to judge anything clinical. Licence: MIT, as the project.
{of_difficulty(extra.difficulty)}
Made by {made}; the same numbers and library versions give the same bytes.

| file | what |
|---|---|
| `{CANARY}_0001/` | two visits of one person, seven series each, as a careless site sends them |
| `truth.csv` | for each visit and site: quantity in the model, the same counted in voxels, and the grade it deserves |
| `truth_transform.json` | the rigid movement from baseline's patient coordinates (LPS mm) to the follow-up's |

Every text in the headers, every file and folder name carries the word {CANARY}, so that a leak can be found by grep.

- `quantity` is counted in the model: shares of bone and compartment on a grid of 0.5 mm; the width of a tendon sheath
  is the farthest that its swelling reaches from its tendons, found to 0.06 mm where it is widest. Grades follow it.
- `counted` is the same on the voxels' centres, as acquired: bones in the coronal stack, synovitis and tenosynovitis in
  the axial one. A millimetre counts in the patient, whatever the size of the hand. What of a space lies beyond the
  stack isn't counted.
"""
