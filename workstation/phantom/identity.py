"""The person who never was: a name that can be found by grep wherever it leaks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

CANARY = "VEXHOLLOW"
_GIVEN = ("Zibeth", "Quillon", "Marrow", "Tansy", "Ozric", "Wisp", "Bracken", "Fennimore")
_LATEST_BIRTH = date(1985, 1, 1)
_FIRST_SCAN = date(2021, 3, 1)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a synthetic patient is said to be."""

    name: str
    patient_id: str
    birth_date: date
    sex: str


def identity(number: int, random: np.random.Generator) -> Identity:
    """The person of that number, from 1."""
    given = _GIVEN[int(random.integers(len(_GIVEN)))]
    born = _LATEST_BIRTH - timedelta(days=int(random.integers(0, 14_000)))
    sex = "F" if random.random() < 0.7 else "M"  # noqa: PLR2004 - some 70 % of people with RA are women
    return Identity(f"{CANARY}^{given}", f"{CANARY}-{number:04d}", born, sex)


def days(random: np.random.Generator) -> tuple[date, date]:
    """Dates of baseline and follow-up, about four months apart."""
    first = _FIRST_SCAN + timedelta(days=int(random.integers(0, 900)))
    return first, _four_months_on(first, random)


def again(last: date, random: np.random.Generator) -> tuple[date, date]:
    """Dates of a person who is enrolled again, some months after the last visit."""
    first = last + timedelta(days=int(random.integers(60, 240)))
    return first, _four_months_on(first, random)


def _four_months_on(first: date, random: np.random.Generator) -> date:
    return first + timedelta(days=int(random.integers(112, 134)))
