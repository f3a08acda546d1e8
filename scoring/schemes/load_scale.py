"""Scale of a scheme file -> Scale: numbers in steps, or grades that are named by letters."""

from __future__ import annotations

import re
from collections.abc import Collection
from decimal import Decimal
from itertools import pairwise
from typing import Final

from msgspec import UNSET, UnsetType

from scoring.schemes.grade_names import span_words
from scoring.schemes.scheme import GradeDefinition, Scale, grades_on
from scoring.schemes.scheme_toml import GradeToml, ScaleToml
from scoring.toml_file import TomlLocation

KEY: Final = re.compile(r"((Ctrl|Shift|Alt)\+){0,3}[A-Z]")
_LETTER: Final = re.compile(r"[A-Z]{1,3}[+]?", re.ASCII)
# an empty cell for R and pandas, and no number for both
_MISSING_ELSEWHERE: Final = frozenset({"NA", "NAN", "INF"})
_RANGE: Final = ("minimum", "maximum", "step")
# far beyond any score: what lies beyond is a slip, and would be counted out grade by grade
_HIGHEST: Final = 1000
_MOST_STEPS: Final = 1000
_FINEST: Final = Decimal("0.001")


def key_of(location: TomlLocation, text: str) -> str:
    """The text of a key, or "" for none; TomlRefused where it is no key."""
    if text and not KEY.fullmatch(text):
        location.refuse(f"{text!r}: a letter A-Z, with Shift+, Ctrl+ or Alt+ before it where wanted")
    return text


def scale_of(location: TomlLocation, raw: ScaleToml, codes: Collection[str]) -> Scale:
    """The scale that a table says.

    Args:
        location: of the table.
        raw: what stands there.
        codes: that stand in place of a grade; no letter may be one of them.

    Raises:
        TomlRefused: anything that isn't allowed, with its place.
    """
    lettered = [index for index, grade in enumerate(raw.grades) if grade.letter]
    if not lettered:
        return _numbered(location, raw)
    if len(lettered) < len(raw.grades):
        first = next(index for index, grade in enumerate(raw.grades) if not grade.letter)
        location.at("grades", first).refuse("letter is missing: all grades of a scale have one, or none has")
    return _lettered(location, raw, codes)


def _numbered(location: TomlLocation, raw: ScaleToml) -> Scale:
    minimum, maximum, step = raw.minimum, raw.maximum, raw.step
    if isinstance(minimum, UnsetType) or isinstance(maximum, UnsetType) or isinstance(step, UnsetType):
        missing = next(key for key in _RANGE if getattr(raw, key) is UNSET)
        location.refuse(f"{missing} is missing (keys here: minimum, maximum, step, grades)")
    for key, value in zip(_RANGE, (minimum, maximum, step), strict=True):
        _in_reach(location.at(key), value)
    if step <= 0 or minimum < 0 or maximum <= minimum or (maximum - minimum) % step != 0:
        location.refuse(
            f"minimum {minimum}, maximum {maximum}, step {step}: "
            "from 0 or above, upwards, in whole steps that end on the maximum"
        )
    if (maximum - minimum) / step > _MOST_STEPS:
        location.at("step").refuse(f"{step} makes more than {_MOST_STEPS} steps from {minimum} to {maximum}")
    numbers = [_number(location.at("grades", index), grade) for index, grade in enumerate(raw.grades)]
    scale = Scale(minimum, maximum, step, _defined(location, raw, numbers))
    allowed = grades_on(scale)
    for index, number in enumerate(numbers):
        if number not in allowed:
            location.at("grades", index).refuse(f"{number} is not on the scale ({span_words(scale)})")
    _rising(location, numbers)
    # half steps may go without words of their own; whole grades may not
    silent = [value for value in allowed if value == int(value) and value not in numbers]
    if silent:
        missing = ", ".join(str(value) for value in silent)
        location.at("grades").refuse(f"no definition for {missing}: each whole grade of {span_words(scale)} needs one")
    return scale


def _lettered(location: TomlLocation, raw: ScaleToml, codes: Collection[str]) -> Scale:
    grades = location.at("grades")
    if len(raw.grades) < 2:  # noqa: PLR2004 - a lowest and a highest
        grades.refuse("a scale has two grades or more")
    for index, grade in enumerate(raw.grades):
        _letter(grades.at(index, "letter"), grade.letter, codes)
    grades.unique((grade.letter for grade in raw.grades), "letter")
    given = [grade.grade for grade in raw.grades if not isinstance(grade.grade, UnsetType)]
    if given and len(given) < len(raw.grades):
        first = next(index for index, grade in enumerate(raw.grades) if grade.grade is UNSET)
        grades.at(first).refuse("grade is missing: all letters of a scale have a number, or none has")
    numbers = given or [Decimal(rank) for rank in range(len(raw.grades))]
    for index, number in enumerate(numbers):
        _in_reach(grades.at(index, "grade"), number)
        if number < 0:
            grades.at(index, "grade").refuse(f"{number}: the numbers of letters are 0 or above")
    _rising(location, numbers)
    step = min(after - before for before, after in pairwise(numbers))
    for key, said, found in zip(
        _RANGE, (raw.minimum, raw.maximum, raw.step), (numbers[0], numbers[-1], step), strict=True
    ):
        if not isinstance(said, UnsetType) and said != found:
            location.at(key).refuse(f"{said}, but the grades say {found}: leave it out where grades have letters")
    return Scale(numbers[0], numbers[-1], step, _defined(location, raw, numbers), ranked=not given)


def _in_reach(location: TomlLocation, value: Decimal) -> None:
    """Refuse what no arithmetic is for: not finite, huge, or of more decimals than a grade has."""
    if not value.is_finite() or not -_HIGHEST <= value <= _HIGHEST or value != value.quantize(_FINEST):
        location.refuse(f"{value} is no number of a scale (up to {_HIGHEST}, three decimals at most)")


def _letter(location: TomlLocation, letter: str, codes: Collection[str]) -> None:
    if not _LETTER.fullmatch(letter):
        location.refuse(f"{letter!r}: 1 to 3 of A-Z, with a + behind them where wanted")
    if letter in _MISSING_ELSEWHERE:
        location.refuse(f"{letter} is read as a missing value by statistics programs: take another letter")
    if letter in codes:
        location.refuse(f"{letter} is an unscorable code, which stands in place of a grade: take another letter")


def _rising(location: TomlLocation, numbers: list[Decimal]) -> None:
    location.at("grades").unique(numbers, "grade")
    if numbers != sorted(numbers):
        location.at("grades").refuse("grades stand in rising order")


def _number(location: TomlLocation, raw: GradeToml) -> Decimal:
    if isinstance(raw.grade, UnsetType):
        location.refuse("grade is missing: its number; or give each grade of the scale a letter")
    return raw.grade


def _defined(location: TomlLocation, raw: ScaleToml, numbers: list[Decimal]) -> tuple[GradeDefinition, ...]:
    return tuple(
        _definition(location.at("grades", index), grade, number)
        for index, (grade, number) in enumerate(zip(raw.grades, numbers, strict=True))
    )


def _definition(location: TomlLocation, raw: GradeToml, number: Decimal) -> GradeDefinition:
    label, definition = location.line("label", raw.label), location.line("definition", raw.definition)
    if raw.key and not raw.letter:
        location.at("key").refuse("only a grade with a letter has a key of its own: digits give the numbers")
    return GradeDefinition(number, label, definition, raw.letter, key_of(location.at("key"), raw.key))
