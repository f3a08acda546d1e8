"""Consensus of several reference readings: at each site the grade in the middle, or why there is none. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from types import MappingProxyType

from scoring.readings.order import keys_in_reading_order
from scoring.readings.reading import Answer, Graded, Reading
from scoring.schemes.scheme import Scheme


def consensus(scheme: Scheme, readings: Sequence[Reading]) -> Reading:
    """One reading of several; a site that one of them left blank is blank.

    Where most gave a grade it is the middle one of these, and of an even number the lower of the two in the middle;
    else the code that most gave, of equals the first by name.
    """
    found = {}
    for key in keys_in_reading_order(scheme):
        answers = [answer for reading in readings if (answer := reading.answer(key)) is not None]
        if answers and len(answers) == len(readings):
            found[key] = _of_site(answers)
    return Reading(MappingProxyType(found))


def _of_site(answers: Sequence[Answer]) -> Answer:
    graded = sorted(answer.grade for answer in answers if isinstance(answer, Graded))
    if 2 * len(graded) > len(answers):
        return Graded(graded[(len(graded) - 1) // 2])
    codes = [answer for answer in answers if not isinstance(answer, Graded)]
    count = Counter(answer.code for answer in codes)
    return min(codes, key=lambda answer: (-count[answer.code], answer.code, answer.text))
