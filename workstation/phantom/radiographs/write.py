"""Radiographs of synthetic people on disk, with the truth of each site beside them."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np

from workstation.errors import UsageRefused
from workstation.phantom.identity import CANARY, Identity, identity
from workstation.phantom.people import pair, uid
from workstation.phantom.radiographs.films import FOOT, HAND, film
from workstation.phantom.radiographs.headers import dataset
from workstation.phantom.radiographs.illness import SITES, Illness, drawn
from workstation.phantom.study import SMALLEST, Progress, check_numbers, whole_or_nothing

FEWEST_ROWS: Final = 200
MOST_ROWS: Final = 5000
TRUTH_FILE: Final = "truth_radiographs.csv"
COLUMNS: Final = ("subject", "visit", "feature", "site", "grade")
VIEWS: Final = ((HAND, "R"), (HAND, "L"), (FOOT, "R"), (FOOT, "L"))
_NAMES: Final = {1: "rx old", 2: "rx NEW"}


def write_radiographs(folder: Path, *, seed: int, subjects: int, rows: int, progress: Progress) -> None:
    """Write two visits of each person, four films a visit, and truth_radiographs.csv below a folder.

    The same seed, rows and library versions give the same bytes. The people are those of the MR pairs of that seed.

    Raises:
        UsageRefused: too few rows, or too many.
    """
    check_rows(rows)
    text = io.StringIO()
    truth = csv.writer(text, lineterminator="\n")
    truth.writerow(COLUMNS)
    total = subjects * 2 * len(VIEWS)
    for number in range(1, subjects + 1):
        random = np.random.default_rng((seed, number, 1))
        who = identity(number, random)
        illnesses = drawn(np.random.default_rng((seed, number, 7)), every_grade=number == 1)
        for visit, (illness, day) in enumerate(zip(illnesses, _days(seed, number), strict=True), start=1):
            for k in range(len(VIEWS)):
                _write(folder, (seed, number, visit, k, rows), who, day, illness)
                progress((number - 1) * 2 * len(VIEWS) + (visit - 1) * len(VIEWS) + k + 1, total)
            truth.writerows(_rows(who.patient_id, visit, illness))
    (folder / TRUTH_FILE).write_text(text.getvalue(), "utf-8", newline="")


def write_alone(out: Path, *, seed: int, subjects: int, rows: int, progress: Progress) -> None:
    """The same below a folder that is new or empty, with a README: all of it appears at once, or nothing.

    Raises:
        UsageRefused: a number that makes no sense, or a folder that holds something.
    """
    check_numbers(out, seed, SMALLEST, subjects)
    with whole_or_nothing(out) as building:
        write_radiographs(building, seed=seed, subjects=subjects, rows=rows, progress=progress)
        (building / "README.md").write_text(_readme(seed, subjects, rows), "utf-8")


def check_rows(rows: int) -> None:
    """Refuse a picture in which nothing could be seen, or that no detector makes."""
    if not FEWEST_ROWS <= rows <= MOST_ROWS:
        raise UsageRefused(f"rows {rows}: of a radiograph {FEWEST_ROWS} to {MOST_ROWS}")


def options(rows: int, *, alone: bool) -> str:
    """As they stand on the command line."""
    return f" --radiographs {'alone' if alone else 'beside'} --rows {rows}"


def _days(seed: int, number: int) -> tuple[date, date]:
    """The days of the MR pair of that person: all is done in one morning."""
    scans = pair(seed, number, 32).scans
    return scans[0].occasion.day, scans[1].occasion.day


def _write(folder: Path, which: tuple[int, int, int, int, int], who: Identity, day: date, illness: Illness) -> None:
    seed, number, visit, k, rows = which
    random = np.random.default_rng((seed, number, 8, visit, k))
    size = 1.0 + 0.04 * float(np.clip(np.random.default_rng((seed, number, 9)).normal(), -2, 2))
    picture = film(VIEWS[k], illness, size, rows, random)
    uids = (uid(seed, number, visit, "rx"), uid(seed, number, visit, "rx", k), uid(seed, number, visit, "rx", k, 0))
    ds = dataset(who, day, picture, uids, k + 1)
    ds.preamble = CANARY.encode().ljust(128, b"\0")
    here = folder / f"{CANARY}_{number:04d}" / f"{CANARY} {_NAMES[visit]}"
    here.mkdir(parents=True, exist_ok=True)
    name = hashlib.sha256(uids[2].encode()).hexdigest()[:10]
    ds.save_as(here / f"{CANARY}_{name}.dcm", enforce_file_format=True)


def _rows(patient_id: str, visit: int, illness: Illness) -> Iterator[tuple[object, ...]]:
    for feature, codes in SITES.items():
        for side in ("R", "L"):
            for code in codes:
                site = f"{side}-{code}"
                yield (patient_id, visit, feature, site, illness.grade(feature, site))


def _readme(seed: int, subjects: int, rows: int) -> str:
    made = f"`ramris phantom OUT --seed {seed} --subjects {subjects}{options(rows, alone=True)}`"
    return f"""# Synthetic radiographs

Nobody's hands and feet. These pictures were computed by ramris from a simple skeleton; the people named in them don't
exist. They must not be used to judge anything clinical. Licence: MIT, as the project.

Made by {made}; the same numbers and library versions give the same bytes.

`{TRUTH_FILE}` has the grade that each site of Sharp/van der Heijde deserves, for each visit. Every text in the
headers, every file and folder name carries the word {CANARY}.

How far they are from real ones: bones are bodies of revolution with a shell, erosions are balls taken out of their
corners, a narrowed joint is narrow all over, rays are parallel, and all sites are laid by one plan. There is no
osteoporosis, no osteophyte, no deformity but what lost joint space brings, no subluxation, no sesamoid, no soft-tissue
swelling, no grid, no scatter beyond a fall-off of the beam, and no letter of lead. They try out the way from a file to
a score, and nobody's eye.
"""
