"""Clinical data of a cohort: what a trial's database holds of each enrolment, by the patients' numbers. Pure.

Levels are those of established rheumatoid arthritis that is active at the first visit (DAS28-CRP some 4.6). Change of
disease activity goes along with change of MRI inflammation where there are scans, as loosely as in life.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from workstation.phantom.cohort.shape import Enrolled

_MISSING: Final = 1 / 150
_POSITIVE: Final = 0.65
_GAINS: Final = {"MTX": 0.7, "TNFI": 1.2}
"""By how much DAS28 falls on average beside what falls with MRI inflammation."""

Row = Mapping[str, object]


def rows(
    enrolled: Sequence[Enrolled],
    patients: Mapping[int, tuple[str, str, int]],
    moved: Mapping[tuple[int, int], float],
    seed: int,
) -> list[Row]:
    """A row for each enrolment.

    Args:
        enrolled: as `shape.enrolments` gives them.
        patients: person -> patient's number, sex, age at the first visit.
        moved: (person, enrolment) -> by how much synovitis, tenosynovitis and osteitis fell together.
        seed: of the cohort.
    """
    return [_row(item, patients[item.person], moved.get((item.person, item.number)), seed) for item in enrolled]


def as_csv(found: Sequence[Row]) -> str:
    """The rows under a heading."""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(found[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(found)
    return text.getvalue()


def _row(item: Enrolled, patient: tuple[str, str, int], moved: float | None, seed: int) -> Row:
    number, sex, age = patient
    # what a person is stays the same from one enrolment to the next
    who, now = (np.random.default_rng((seed, item.person, 7, part)) for part in (0, item.number))
    positive = bool(who.random() < _POSITIVE)
    titre = who.lognormal(4.5, 1.2) if positive else who.uniform(0, 6.9)
    duration = who.gamma(1.5, 4.0) + (item.number - 1)
    fall = _GAINS[item.group] + 0.15 * (now.normal(0, 3) if moved is None else moved) + now.normal(0, 0.7)
    before = float(np.clip(now.normal(4.9, 1.0), 2.4, 8.0))
    return {
        "subject_id": number,
        "enrolment": item.number,
        "group": item.group,
        "age": age + item.number - 1,
        "sex": sex,
        "duration_years": f"{duration:.1f}",
        "methotrexate": "YES" if now.random() < (0.9 if item.group == "MTX" else 0.6) else "NO",
        "anti_ccp": "POS" if positive else "NEG",
        "anti_ccp_titre": f"{titre:.1f}",
        **_activity(now, before, float(np.clip(before - fall, 1.6, 8.0))),
    }


def _activity(random: np.random.Generator, before: float, after: float) -> dict[str, str]:
    """Joints, CRP, ESR, global health, HAQ and radiographs of both visits; a cell in 150 is missing."""
    found: dict[str, str] = {}
    worse = max(0.0, float(random.normal(1.0, 1.5)))
    erosion, narrowing = float(random.gamma(1.2, 14.0)), float(random.gamma(1.2, 12.0))
    for visit, activity in ((1, before), (2, after)):
        share = max(0.01, (activity - 1.5) / 9)
        tender, swollen = (int(random.binomial(28, min(0.95, part * share))) for part in (1.1, 0.9))
        grown = erosion + worse * (visit - 1)
        cells = {
            "tjc28": f"{tender}",
            "sjc28": f"{swollen}",
            "tjc68": f"{min(68, tender + int(random.poisson(0.3 * tender + 0.5)))}",
            "sjc66": f"{min(66, swollen + int(random.poisson(0.2 * swollen + 0.3)))}",
            "crp_mg_l": f"{random.lognormal(0.45 * activity - 0.2, 0.6):.1f}",
            "esr_mm_h": f"{max(1, int(random.lognormal(0.28 * activity + 1.4, 0.4)))}",
            "global_mm": f"{int(np.clip(random.normal(11 * activity - 5, 14), 0, 100))}",
            "haq": f"{round(float(np.clip(random.normal(activity / 4.5, 0.4), 0, 3)) * 8) / 8:g}",
            "xray_erosion": f"{round(min(280.0, grown) * 2) / 2:g}",
            "svdh_total": f"{round(min(448.0, grown + narrowing + 0.5 * worse * (visit - 1)) * 2) / 2:g}",
        }
        for name, cell in cells.items():
            found[f"{name}_v{visit}"] = cell if random.random() > _MISSING else ""
    return found
