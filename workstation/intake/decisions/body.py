"""Body of a patient as the scanner noted it: what of sex, age, height and weight can't be of one person. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from workstation.intake.decisions.examination import Exam
from workstation.intake.decisions.words import day_in

# a birthday between two visits, and ages that were typed by hand
YEARS_APART = 2
ADULT_YEARS = 20
# people lose some centimetres in old age, and are measured in shoes; between visits of a trial nobody loses a third
HEIGHT_M = 0.10
WEIGHT_RATIO = 1.4
LEAST_KG, LEAST_M = 20.0, 0.5
SEXES = frozenset({"F", "M"})
DAYS_OF = {"D": 1 / 365.25, "W": 7 / 365.25, "M": 1 / 12, "Y": 1.0}


def contradictions(exams: Sequence[Exam]) -> tuple[str, ...]:
    """What of the examinations can't be of one person, as reasons without a name or a date."""
    found: dict[str, None] = {}
    for a, b in combinations(exams, 2):
        found |= dict.fromkeys(_between(a, b))
    return tuple(found)


def contradicts(first: Exam, other: Exam) -> bool:
    """Whether two examinations can't be of one person."""
    return bool(_between(first, other))


def _between(a: Exam, b: Exam) -> list[str]:
    said = []
    if {a.sex, b.sex} == SEXES:
        said.append(f"the sex is {a.sex} at {a.name} and {b.sex} at {b.name}")
    years = _born(a), _born(b)
    if years[0] is not None and years[1] is not None and abs(years[0] - years[1]) > YEARS_APART:
        said.append(f"from the ages, the births are {abs(years[0] - years[1]):.0f} years apart ({a.name}, {b.name})")
    if not (_is_child(a) or _is_child(b)):
        said += _measured(a, b)
    return said


def _measured(a: Exam, b: Exam) -> list[str]:
    said = []
    if min(a.height_m, b.height_m) > LEAST_M and abs(a.height_m - b.height_m) > HEIGHT_M:
        said.append(f"{a.height_m:.2f} m tall at {a.name}, {b.height_m:.2f} m at {b.name}")
    low, high = sorted((a.weight_kg, b.weight_kg))
    if low > LEAST_KG and high / low > WEIGHT_RATIO:
        said.append(f"{a.weight_kg:.0f} kg at {a.name}, {b.weight_kg:.0f} kg at {b.name}")
    return said


def age_years(text: str) -> float | None:
    """An AS value in years, None when it isn't one: PS3.5 6.2."""
    number, unit = text[:3], text[3:].upper()
    return int(number) * DAYS_OF[unit] if len(text) == len("044Y") and number.isdecimal() and unit in DAYS_OF else None


def _born(exam: Exam) -> float | None:
    """The year of birth, None when age or year is unknown."""
    age, day = age_years(exam.age), day_in(exam.day)
    return None if age is None or not day else int(day[:4]) + int(day[4:6]) / 12 - age


def _is_child(exam: Exam) -> bool:
    age = age_years(exam.age)
    return age is not None and age < ADULT_YEARS
