"""Rendering of one visit of one person: drawn, reconstructed, written. A job that another process can do.

What is random in a series depends on the study's seed, the person, the visit and the series, never on the order or
the process in which the work is done.
"""

from __future__ import annotations

import hashlib
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.synchronize import Event
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset

from workstation.phantom import labels
from workstation.phantom.acquiring import Clean, clean_slices
from workstation.phantom.counting import JUDGED_ON, Counts, seen_of, together
from workstation.phantom.enhanced import merge
from workstation.phantom.hand import Rigid
from workstation.phantom.headers import Slice, fill, template
from workstation.phantom.identity import CANARY, identity
from workstation.phantom.people import EASY, Scan, pair, uid
from workstation.phantom.protocol import PLANES, SERIES, Layout, SeriesPlan
from workstation.phantom.realism.difficulty import Effects
from workstation.phantom.realism.manner import PLAIN, Manner, manner
from workstation.phantom.reconstructing import Raw, reconstructed, scanned, stored

_RESTLESS_MM = 0.12
"""Standard deviation of the hand's place in a series against the first, along rows and columns."""


_ended: list[Event] = []


class Ended(Exception):
    """Whoever gave the job no longer wants it."""


def listen(event: Event) -> None:
    """In a worker process: give up, between slices, once the event is set. Ctrl+C is for whoever gave the job."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _ended[:] = [event]


@dataclass(frozen=True, slots=True)
class Job:
    """Which visit of which person to write below which folder; visits 3 and 4 are of a second enrolment.

    coarse: in few, thick slices. effects: what makes the pictures harder to read than easy ones.
    """

    folder: Path
    seed: int
    number: int
    visit: int
    size: int
    with_labels: bool = False
    enhanced: bool = False
    coarse: bool = False
    effects: Effects = EASY

    @property
    def enrolment(self) -> int:
        """Whose visit it is."""
        return (self.visit + 1) // 2


@dataclass(frozen=True, slots=True)
class Rendered:
    """What truth.csv says of a visit, so that nobody need build the person again.

    By feature and site, in reading order. quantities: those of the model. counted: those of the voxels.
    seen: how much of the quantities stands out of the noise, where pictures aren't easy.
    """

    patient_id: str
    side: str
    movement: Rigid
    quantities: Mapping[tuple[str, str], float]
    counted: Mapping[tuple[str, str], float]
    seen: Mapping[tuple[str, str], float]


def render(job: Job, told: Callable[[], None] | None = None) -> Rendered:
    """Write the seven series of a visit; tell after each."""
    person = pair(job.seed, job.number, job.size, job.enrolment, coarse=job.coarse, effects=job.effects)
    scan = person.scan(2 - job.visit % 2)
    folder = visit_folder(job)
    folder.mkdir(parents=True, exist_ok=True)
    counted: dict[tuple[str, str], float] = {}
    seen: dict[tuple[str, str], float] = {}
    quantities = scan.hand.lesions.quantities()
    for plane in PLANES:
        plans = tuple(plan for plan in SERIES if plan.plane == plane)
        sheets = _write_plane(job, scan, plane, plans)
        found = together([sheet for sheet, _ in sheets])
        seen |= seen_of([sheet for _, sheet in sheets], quantities)
        counted |= {key: value for key, value in found.items() if JUDGED_ON[key[0]] == plane}
        if job.with_labels:
            labels.write(folder / f"{CANARY}_labels_{plane}.nrrd", scan.hand, scan.layouts[plane])
        for _ in plans:
            if told:
                told()
    if job.enhanced:
        merge(folder)
    hand = scan.hand
    return Rendered(person.patient_id, hand.side, person.movement, quantities, counted, seen)


def render_each(jobs: Sequence[Job], told: Callable[[], None] | None = None) -> list[Rendered]:
    """`render` of each, in one process: visits of one enrolment share what takes long."""
    return [render(job, told) for job in jobs]


_NAMES = {1: "old", 2: "NEW (2)"}


def visit_folder(job: Job) -> Path:
    """Where the files of a visit go; the names are no help in telling the visits apart."""
    return job.folder / f"{CANARY}_{job.number:04d}" / f"{CANARY} scan {_NAMES.get(job.visit, f'x{job.visit}')}"


def _write_plane(job: Job, scan: Scan, plane: str, plans: tuple[SeriesPlan, ...]) -> list[tuple[Counts, Counts]]:
    who = identity(job.number, np.random.default_rng((job.seed, job.number, 1)))
    stack = scan.layouts[plane]
    chance, manners = _chance(job, plans), manners_of(job, plans)
    orders = [random.permutation(stack.slices) for random in chance]
    headers = [
        template(
            who,
            scan.occasion,
            plan=p,
            series_uid=uid(job.seed, job.number, job.visit, p.number),
            layout=stack,
            manner=manner,
        )
        for p, manner in zip(plans, manners, strict=True)
    ]
    sheets = []
    for index, clean, images in _pictures(scan, stack, plans, manners, chance):
        if any(event.is_set() for event in _ended):
            raise Ended
        sheets.append((clean.counts, clean.seen))
        for k, plan in enumerate(plans):
            sop_uid = uid(job.seed, job.number, job.visit, plan.number, index)
            fill(headers[k], plan=plan, layout=stack, item=Slice(index, int(orders[k][index]) + 1, images[k], sop_uid))
            _write(job, headers[k])
    return sheets


def drawn_slices(
    job: Job, scan: Scan, plane: str, only: Sequence[int]
) -> Iterator[tuple[int, SeriesPlan, NDArray[np.uint16]]]:
    """Stored values of these slices of a plane by slice and series; their noise isn't that of the whole stack."""
    plans = tuple(plan for plan in SERIES if plan.plane == plane)
    chance, manners = _chance(job, plans), manners_of(job, plans)
    for index, _, images in _pictures(scan, scan.layouts[plane], plans, manners, chance, only):
        for plan, values in zip(plans, images, strict=True):
            yield index, plan, values


def manners_of(job: Job, plans: Sequence[SeriesPlan]) -> list[Manner]:
    """How each series of the visit is acquired."""
    return [
        manner(
            job.effects,
            plan.sequence,
            plan.plane,
            np.random.default_rng((job.seed, job.number, 8, plan.number)),
            np.random.default_rng((job.seed, job.number, 8, plan.number, job.visit)),
        )
        for plan in plans
    ]


def _chance(job: Job, plans: Sequence[SeriesPlan]) -> list[np.random.Generator]:
    return [np.random.default_rng((job.seed, job.number, 2, job.visit, plan.number)) for plan in plans]


def _pictures(  # noqa: PLR0917 - what is scanned, how, by what chance
    scan: Scan,
    stack: Layout,
    plans: tuple[SeriesPlan, ...],
    manners: Sequence[Manner],
    chance: Sequence[np.random.Generator],
    only: Sequence[int] | None = None,
) -> Iterator[tuple[int, Clean, list[NDArray[np.uint16]]]]:
    """Slice by slice its number, what it is without noise, and the stored values of each series."""
    shifts = [
        random.normal(0, _RESTLESS_MM, 2) * (plan.number != SERIES[0].number)
        for plan, random in zip(plans, chance, strict=True)
    ]
    indices = range(stack.slices) if only is None else only
    slices = clean_slices(scan.hand, stack, plans, manners=manners, coil=scan.coil, only=only)
    for index, clean in zip(indices, slices, strict=True):
        images = []
        for k, way in enumerate(manners):
            moved = (float(shifts[k][0]), float(shifts[k][1]))
            if way == PLAIN:
                image = reconstructed(
                    clean.water[k],
                    clean.fat[k],
                    size=stack.size,
                    point_mm=stack.acquired_mm,
                    shift_mm=moved,
                    random=chance[k],
                )
            else:
                even = None if clean.even is None else clean.even[k]
                left = np.float32(1 - way.crosstalk * (index % 2))
                raw = Raw(clean.water[k] * left, clean.fat[k] * left, even, clean.flow, float(clean.marrow[k]))
                image = scanned(raw, way, size=stack.size, point_mm=stack.acquired_mm, shift_mm=moved, random=chance[k])
            images.append(stored(image, clean.body if way.masked else None))
        yield index, clean, images


def _write(job: Job, ds: Dataset) -> None:
    # names in no order, as consoles and discs leave them
    name = hashlib.sha256(str(ds.SOPInstanceUID).encode()).hexdigest()[:10]
    ds.preamble = CANARY.encode().ljust(128, b"\0")
    ds.save_as(visit_folder(job) / f"{CANARY}_{name}.dcm", enforce_file_format=True)
