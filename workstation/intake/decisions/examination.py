"""Examination as decisions see it: one study of a scanner under one identity, and what tells persons and visits apart.

A study whose days lie apart is more than one examination. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from scoring.values import replace


@dataclass(frozen=True, slots=True)
class Exam:
    """One examination. person: the code of the identity that it came under; day: YYYYMMDD, "" unknown.

    moment: digits of the time of day at which it began, "" unknown. folders: where its series lay. said: names of the
    study and of its time point. series: descriptions, each with its side. frames: of reference. sex, age (as AS
    writes it: 044Y), weight_kg and height_m as the header has them, 0 unknown. modality: "" of MR, XR of radiographs.
    """

    number: int
    person: str
    study_uids: tuple[str, ...]
    day: str
    moment: str = ""
    folders: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    series: tuple[str, ...] = ()
    frames: tuple[str, ...] = ()
    sex: str = ""
    age: str = ""
    weight_kg: float = 0.0
    height_m: float = 0.0
    modality: str = ""

    @property
    def name(self) -> str:
        """What it is called in questions and answers."""
        return f"E{self.number}"

    def facts(self) -> dict[str, Any]:
        """What the vault keeps beside number, person, UIDs and day."""
        return {name: _plain(getattr(self, name)) for name in FACTS if getattr(self, name)}


FACTS = tuple(part.name for part in fields(Exam))[4:]


def exam_of(number: int, person: str, study_uids: Iterable[str], day: str, facts: Mapping[str, Any]) -> Exam:
    """As the vault has it."""
    known: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in facts.items() if name in FACTS
    }
    return Exam(number, person, tuple(study_uids), day, **known)


def joined(first: Exam, second: Exam) -> Exam:
    """One examination of which two imports each had a part, under the number of the first."""
    return replace(
        first,
        day=_first(first.day, second.day),
        moment=_first(first.moment, second.moment),
        study_uids=_both(first.study_uids, second.study_uids),
        folders=_both(first.folders, second.folders),
        said=_both(first.said, second.said),
        series=_both(first.series, second.series),
        frames=_both(first.frames, second.frames),
        sex=first.sex or second.sex,
        age=first.age or second.age,
        weight_kg=first.weight_kg or second.weight_kg,
        height_m=first.height_m or second.height_m,
    )


def day_number(digits: str) -> int | None:
    """A day that can be counted on from, None when it is unknown."""
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).toordinal()
    except ValueError:
        return None


def _both(a: tuple[str, ...], b: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({*a, *b}))


def _first(a: str, b: str) -> str:
    return min(item for item in (a, b) if item) if a or b else ""


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
