"""A synthetic cohort of the published study's size as an export and a clinical file: no number in it is a person's.

80 people in 84 enrolments (four are in both groups), 66 of them with a pair of scans, ten read twice. Seeded.
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

PEOPLE, TWICE, PAIRS, REPEATS = 80, 4, 66, 10
GROUPS = ("MTX", "TNFI")
TOTALS = (("SYNTOT", 9), ("TENTOT", 30), ("OSTTOT", 45), ("EROTOT", 150), ("MRII", 84))
SEED = 2012
LOCK = {"at_utc": "2026-01-31T12:00:00.000Z", "why": "", "readings": PAIRS + REPEATS, "incomplete": 0, "unsigned": 0}

Row = dict[str, object]


def write_cohort(folder: Path, *, locked: bool = True) -> None:
    """Write clinical.csv beside the folder `export`, which holds totals.csv and datapackage.json."""
    clinical, totals = _rows()
    export = folder / "export"
    export.mkdir(parents=True, exist_ok=True)
    (folder / "clinical.csv").write_bytes(_csv(clinical))
    content = _csv(totals)
    (export / "totals.csv").write_bytes(content)
    package = {
        "resources": [{"path": "totals.csv", "hash": f"sha256:{hashlib.sha256(content).hexdigest()}"}],
        "ramris": {
            "scheme": {"id": "ramris-wrist", "version": "1.0.0", "sha256": "0" * 64},
            "record": {"head_sha256": "1" * 64},
            "locked": {**LOCK} if locked else None,
        },
    }
    (export / "datapackage.json").write_text(json.dumps(package, indent=1) + "\n", "utf-8")


def _rows() -> tuple[list[Row], list[Row]]:
    random = np.random.default_rng(SEED)
    owners = [*range(1, PEOPLE + 1), *range(1, TWICE + 1)]
    people = {number: _person(random) for number in range(1, PEOPLE + 1)}
    with_pair = set(random.permutation(len(owners))[:PAIRS].tolist())
    again = set(random.permutation(sorted(with_pair))[:REPEATS].tolist())
    clinical, totals = [], []
    for place, number in enumerate(owners):
        # the second enrolment of a person is in the other group
        group = GROUPS[number % 2] if place < PEOPLE else GROUPS[1 - number % 2]
        subject = f"S{place + 1:03}"
        before = float(np.clip(random.normal(4.6, 1.1), 1.5, 8.5))
        fall = float(random.normal(1.0 if group == "MTX" else 1.5, 1.1))
        after = float(np.clip(before - fall, 1.0, 8.5))
        known = random.random() > 0.03
        clinical.append(
            {
                "subject_id": subject,
                "person_id": f"P{number:02}",
                "group": group,
                **people[number],
                "das28crp_v1": f"{before:.2f}",
                "das28crp_v2": f"{after:.2f}" if known else "",
            }
        )
        if place in with_pair:
            totals += _reading(random, subject, fall, repeat=place in again)
    return clinical, sorted(totals, key=lambda row: (row["subject_id"], row["round"], row["visit_num"]))


def _person(random: np.random.Generator) -> Row:
    return {
        "age": int(np.clip(random.normal(55, 12), 22, 84)),
        "sex": "F" if random.random() < 0.7 else "M",
        "duration_years": f"{random.gamma(1.5, 4.0):.1f}",
        "anti_ccp": "POS" if random.random() < 0.65 else "NEG",
    }


def _reading(random: np.random.Generator, subject: str, fall: float, *, repeat: bool) -> list[Row]:
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
        for visit in (1, 2)
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


def _csv(rows: Sequence[Row]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


if __name__ == "__main__":
    write_cohort(Path(sys.argv[1]))
