"""A synthetic cohort of the published study's size as an export and a clinical file: no number in it is a person's.

80 people in 84 enrolments (four are in both groups, enrolled again a year later), 77 of them with a scan at visit 1 and
66 with a pair, ten read twice. Seeded: another seed is another cohort of the same shape.
`python -m tests.builders.trial_cohort FOLDER` writes it again; tests/scoring/analysis/reference/cohort holds it.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

PEOPLE, TWICE, SCANS, PAIRS, REPEATS = 80, 4, 77, 66, 10
GROUPS = ("MTX", "TNFI")
TOTALS = (("SYNTOT", 9), ("TENTOT", 30), ("OSTTOT", 45), ("EROTOT", 150), ("MRII", 84))
SEED = 2012
LOCK = {"at_utc": "2026-01-31T12:00:00.000Z", "why": "", "readings": SCANS + REPEATS, "incomplete": 0, "unsigned": 0}

Row = dict[str, object]


def write_cohort(folder: Path, *, locked: bool = True, seed: int = SEED) -> None:
    """Write clinical.csv beside the folder `export`, which holds totals.csv and datapackage.json."""
    clinical, totals = _rows(seed)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "clinical.csv").write_bytes(csv_of(clinical))
    write_export(folder / "export", totals, locked=locked)


def write_export(export: Path, totals: Sequence[Row], *, locked: bool = True, head: str = "1", study: str = "") -> None:
    """Write totals.csv and the package that vouches for it."""
    export.mkdir(parents=True, exist_ok=True)
    content = csv_of(totals)
    (export / "totals.csv").write_bytes(content)
    package = {
        "resources": [{"path": "totals.csv", "hash": f"sha256:{hashlib.sha256(content).hexdigest()}"}],
        "ramris": {
            "scheme": {"id": "ramris-wrist", "version": "1.0.0", "sha256": "0" * 64},
            "record": {"head_sha256": head * 64},
            **({"study": study} if study else {}),
            "locked": {**LOCK} if locked else None,
        },
    }
    (export / "datapackage.json").write_text(json.dumps(package, indent=1) + "\n", "utf-8")


def _rows(seed: int) -> tuple[list[Row], list[Row]]:
    random = np.random.default_rng(seed)
    owners = [*range(1, PEOPLE + 1), *range(1, TWICE + 1)]
    people = {number: _person(random) for number in range(1, PEOPLE + 1)}
    scanned = random.permutation(len(owners))[:SCANS].tolist()
    with_pair = set(scanned[:PAIRS])
    again = set(random.permutation(sorted(with_pair))[:REPEATS].tolist())
    clinical, totals = [], []
    for place, number in enumerate(owners):
        # the second enrolment of a person is in the other group, a year later
        group = GROUPS[number % 2] if place < PEOPLE else GROUPS[1 - number % 2]
        subject, person = f"S{place + 1:03}", dict(people[number])
        if place >= PEOPLE:
            person["age"] = int(str(person["age"])) + 1
            person["duration_years"] = f"{float(str(person['duration_years'])) + 1:.1f}"
        before = float(np.clip(random.normal(4.6, 1.1), 1.5, 8.5))
        fall = float(random.normal(1.0 if group == "MTX" else 1.5, 1.1))
        after = float(np.clip(before - fall, 1.0, 8.5))
        clinical.append(
            {
                "subject_id": subject,
                "person_id": f"P{number:02}",
                "group": group,
                **person,
                "methotrexate": "YES" if random.random() < (0.9 if group == "MTX" else 0.6) else "NO",
                **_activity(random, before, after),
            }
        )
        if place in scanned:
            totals += _reading(random, subject, fall, repeat=place in again, pair=place in with_pair)
    return clinical, sorted(totals, key=lambda row: (str(row["subject_id"]), str(row["round"]), str(row["visit_num"])))


def _person(random: np.random.Generator) -> Row:
    positive = random.random() < 0.65
    titre = f"{random.lognormal(4.5, 1.2):.1f}" if positive else f"{random.uniform(0, 6.9):.1f}"
    return {
        "age": int(np.clip(random.normal(55, 12), 22, 84)),
        "sex": "F" if random.random() < 0.7 else "M",
        "duration_years": f"{random.gamma(1.5, 4.0):.1f}",
        "anti_ccp": "POS" if positive else "NEG",
        "anti_ccp_titre": titre if random.random() > 0.04 else "",
    }


def _activity(random: np.random.Generator, before: float, after: float) -> Row:
    """Counts, HAQ, radiographs and DAS28-CRP of both visits; a cell in thirty is missing."""
    found: Row = {}
    worse = max(0.0, float(random.normal(1.0, 1.5)))
    erosion, narrowing = float(random.gamma(1.2, 14.0)), float(random.gamma(1.2, 12.0))
    for visit, activity in ((1, before), (2, after)):
        tender, swollen = (int(random.binomial(28, min(0.9, share * activity / 10))) for share in (0.5, 0.4))
        grown = erosion + worse * (visit - 1)
        cells: dict[str, str] = {
            "tjc28": str(tender),
            "sjc28": str(swollen),
            "tjc68": str(tender + int(random.poisson(0.3 * tender + 0.5))),
            "sjc66": str(swollen + int(random.poisson(0.2 * swollen + 0.3))),
            "haq": f"{round(float(np.clip(random.normal(activity / 4.5, 0.5), 0, 3)) * 8) / 8:g}",
            "xray_erosion": f"{round(min(280.0, grown) * 2) / 2:g}",
            "svdh_total": f"{round(min(448.0, grown + narrowing + 0.5 * worse * (visit - 1)) * 2) / 2:g}",
            "das28crp": f"{activity:.2f}",
        }
        for name, cell in cells.items():
            found[f"{name}_v{visit}"] = cell if random.random() > 1 / 30 else ""
    return found


def _reading(random: np.random.Generator, subject: str, fall: float, *, repeat: bool, pair: bool) -> list[Row]:
    severity = random.beta(1.4, 3.0)
    truth = []
    for code, highest in TOTALS[:-1]:
        baseline = severity * highest * (0.25 if code == "EROTOT" else 0.7)
        moved = 0.0 if code == "EROTOT" else 0.06 * highest * fall * 0.5
        truth.append((code, highest, baseline, baseline - moved + random.normal(0, 0.04 * highest)))
    missing = random.random() < 0.03
    return [
        row
        for number in ((1, 2) if repeat else (1,))
        for visit in ((1, 2) if pair else (1,))
        for row in _visit(random, subject, number, visit, truth, missing=missing)
    ]


def _visit(
    random: np.random.Generator,
    subject: str,
    number: int,
    visit: int,
    truth: Sequence[tuple[str, int, float, float]],
    *,
    missing: bool,
) -> list[Row]:
    values: dict[str, int | None] = {}
    for code, highest, before, after in truth:
        seen = (before if visit == 1 else after) + random.normal(0, 0.5)
        values[code] = int(np.clip(round(seen), 0, highest))
    if missing and visit == 2:
        values["SYNTOT"] = None
    parts = [values[code] for code in ("SYNTOT", "TENTOT", "OSTTOT")]
    values["MRII"] = None if None in parts else sum(part or 0 for part in parts)
    return [
        {
            "subject_id": subject,
            "reader_id": "R1",
            "round": number,
            "visit_num": visit,
            "total": code,
            "strict": "" if values[code] is None else values[code],
            "total_max": highest,
        }
        for code, highest in TOTALS
    ]


def csv_of(rows: Sequence[Row]) -> bytes:
    """The rows under a heading."""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


if __name__ == "__main__":
    write_cohort(Path(sys.argv[1]))
