"""Names of grades: the letter that a scheme gives a grade, else its number. The record keeps the number alone. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from scoring.schemes.scheme import Feature, Scale, Scheme


def number_name(number: Decimal) -> str:
    """A number without zeros at its end: 3, 2.5."""
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def has_letters(scale: Scale) -> bool:
    """Whether its grades are named by letters: all of them are, or none."""
    return bool(scale.grades) and bool(scale.grades[0].letter)


def letter_of(scale: Scale, grade: Decimal) -> str:
    """The letter of a grade; "" where it has none."""
    return next((one.letter for one in scale.grades if one.grade == grade), "")


def grade_of_letter(scale: Scale, letter: str) -> Decimal | None:
    """The grade that has the letter, capital or small; None where none has."""
    wanted = letter.upper()
    return next((one.grade for one in scale.grades if one.letter and one.letter == wanted), None)


def grade_name(scale: Scale, grade: Decimal) -> str:
    """What people call a grade: its letter, else its number."""
    return letter_of(scale, grade) or number_name(grade)


def letters_of(features: Iterable[Feature]) -> tuple[str, ...]:
    """All letters that name a grade, each once, in the order of the features."""
    return tuple(dict.fromkeys(one.letter for feature in features for one in feature.scale.grades if one.letter))


def span_words(scale: Scale) -> str:
    """What a scale allows: "0-3, step 1", or with letters "N, M, S (0, 1, 2)"."""
    if has_letters(scale):
        letters, numbers = ((one.letter for one in scale.grades), (number_name(one.grade) for one in scale.grades))
        return f"{', '.join(letters)} ({', '.join(numbers)})"
    return f"{number_name(scale.minimum)}-{number_name(scale.maximum)}, step {number_name(scale.step)}"


def ranked_words(scale: Scale) -> str:
    """What stands for letters that came without numbers."""
    span = f"{number_name(scale.minimum)} to {number_name(scale.maximum)}"
    return f"its letters have no numbers: their ranks, {span}, stand for them in keys, totals and agreement"


def in_letters(scheme: Scheme) -> bool:
    """Whether any feature of the scheme has letters."""
    return any(has_letters(feature.scale) for feature in scheme.features)
