"""A scripted reader: grades of a truth with a reader's noise, as the lines that `ramris enter` takes. Seeded."""

from __future__ import annotations

import csv
import io
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from scoring.schemes.load import shipped_scheme

Scan = tuple[str, int]
"""Subject, and visit in time."""

Truth = Mapping[Scan, Mapping[tuple[str, str], str]]
"""By scan, feature and site: the grade that is deserved, or why there is none."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A case on the worklist, and its visits in time by position."""

    case: str
    subject: str
    visits: tuple[int, ...]
    round: int = 1


def first_readings(assigned: Mapping[str, Any], enrolled: Mapping[str, Any]) -> list[Shown]:
    """Of what `study assign --json` and `study enrolments --json` print."""
    visits = {(item["subject"], item["enrolment"]): tuple(item["visits"]) for item in enrolled["enrolments"]}
    return [
        Shown(item["case"], item["subject"], visits[item["subject"], item.get("enrolment", 1)])
        for item in assigned["cases"]
    ]


def rereads(drawn: Mapping[str, Any]) -> list[Shown]:
    """Of what `reread --json` prints."""
    return [Shown(item["case"], item["subject"], tuple(item["visits"]), item["round"]) for item in drawn["cases"]]


def lines(cases: Iterable[Shown], truth: Truth, seed: int) -> str:
    """A line for each site of each case: a grade in six is one off, an erosion by the same at both visits."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    scheme = shipped_scheme()
    scales = {str(feature.code): feature.scale for feature in scheme.features}
    for shown in cases:
        for position, visit in enumerate(shown.visits, 1):
            for (feature, site), deserved in truth[shown.subject, visit].items():
                scale = scales[feature]
                moment = 0 if feature == "ERO" else visit
                step = _step(seed, shown.round, shown.subject, moment, feature, site)
                graded = deserved.isdecimal()
                seen = min(max(int(deserved) + step, int(scale.minimum)), int(scale.maximum)) if graded else deserved
                rows.writerow((shown.case, position, feature, site, seen))
    return text.getvalue()


def _step(*parts: object) -> int:
    random = np.random.default_rng(zlib.crc32("/".join(map(str, parts)).encode()))
    return int(random.choice([-1, *[0] * 10, 1]))


def truth_of(
    rows: Iterable[Mapping[str, str]], subjects: Mapping[str, str], lacking: Mapping[Scan, Sequence[str]]
) -> Truth:
    """Of truth.csv of a phantom. subjects: patient's number -> code; lacking: scan -> features that can't be graded."""
    found: dict[Scan, dict[tuple[str, str], str]] = {}
    for row in rows:
        scan = (subjects[row["subject"]], int(row["visit"]))
        grade = "SQ" if row["feature"] in lacking.get(scan, ()) else row["grade"]
        found.setdefault(scan, {})[row["feature"], row["site"]] = grade
    return found
