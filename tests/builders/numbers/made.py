"""Readings of a study made by hand, for the tests of figures."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from itertools import count

from scoring.readings import rounds
from scoring.readings.order import keys_in_reading_order
from scoring.readings.reading import VISITS, Answer, Graded, Reading, SiteKey
from scoring.schemes.load import shipped_scheme
from scoring.schemes.scheme import FeatureCode, SiteCode
from storage.audit.verified_readings import ExcludedReadings, OneReading, StudyReadings
from workstation.numbers.readings import Numbers, numbers_of

SCHEME = shipped_scheme()
NONE: Mapping[str, Answer] = {}
CODES = count(1)


def a_reading(
    subject: str,
    reader: str = "AD",
    *,
    grade: int = 1,
    other: Mapping[str, Answer] = NONE,
    round_: int = rounds.FIRST,
    complete: bool = True,
    visits: tuple[int, ...] = VISITS,
    scan: int | None = None,
    enrolment: int = 1,
) -> OneReading:
    """All sites the same grade, but for `other`: `1 ERO CAP` -> an answer."""
    answers: dict[SiteKey, Answer] = {
        key: Graded(Decimal(grade)) for key in keys_in_reading_order(SCHEME) if key.visit in visits
    }
    for place, answer in other.items():
        visit, feature, site = place.split()
        answers[SiteKey(int(visit), FeatureCode(feature), SiteCode(site))] = answer
    number = next(CODES)
    begun = f"2026-03-02T{number // 60:02}:{number % 60:02}:00.000Z"
    reading = Reading(answers if complete else {})
    whose = subject, f"C{number:04}", reader, round_
    return OneReading(*whose, complete, reading, begun if complete else "", visits, scan, enrolment=enrolment)


def numbers_from(*readings: OneReading, excluded: tuple[ExcludedReadings, ...] = ()) -> Numbers:
    """What the figures are made of."""
    subjects = tuple(sorted({item.subject for item in readings}))
    found = StudyReadings(SCHEME, "known", subjects, readings, 1, "0" * 64, True, None, excluded=excluded)
    return numbers_of(found, "trial", {}, found.open_cases)


def two_who_differ(cases: int = 6) -> Numbers:
    """Two readers who have read all, and differ by one at each site of each second case."""
    return numbers_from(
        *(a_reading(f"S{n:03}", grade=1) for n in range(1, cases + 1)),
        *(a_reading(f"S{n:03}", "BE", grade=1 + n % 2) for n in range(1, cases + 1)),
    )


def one_who_drifts(cases: int = 50) -> Numbers:
    """AD gives a grade more of erosion in the second half of the cases; BE reads them in another order."""
    ero = [f"{key.visit} ERO {key.site}" for key in keys_in_reading_order(SCHEME) if key.feature == "ERO"]
    own = [
        a_reading(f"S{n:03}", grade=n % 3, other={place: Graded(Decimal(n % 3 + (n >= cases / 2))) for place in ero})
        for n in range(cases)
    ]
    others = [a_reading(f"S{n * 7 % cases:03}", "BE", grade=n * 7 % cases % 3) for n in range(cases)]
    return numbers_from(*own, *others)


def a_numbers(still_open: int) -> Numbers:
    """One case that both have read, and so many that nobody has."""
    return numbers_from(
        a_reading("S001"),
        a_reading("S001", "BE", grade=2),
        *(a_reading(f"S{n:03}", complete=False) for n in range(2, 2 + still_open)),
    )
