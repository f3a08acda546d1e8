"""Hidden repeats of a reader in the order in which they were read: repeat minus first, and the table of it."""

from __future__ import annotations

from decimal import Decimal

from scoring.comparison.drift_over_time import Repeat, as_text, repeats_over_time
from scoring.comparison.intra_reader import ReadTwice
from scoring.readings.order import keys_in_reading_order
from scoring.readings.reading import Graded, Reading
from scoring.schemes.load import shipped_scheme

SCHEME = shipped_scheme()


def _reading(grade: int, *, at_second: int = 0, blank_at_second: bool = False) -> Reading:
    """The same grade at every erosion of the first visit, and another one of the second."""
    keys = [key for key in keys_in_reading_order(SCHEME) if not (blank_at_second and key.visit == 2)]
    return Reading(
        {
            key: Graded(Decimal((grade if key.visit == 1 else at_second) if str(key.feature) == "ERO" else 0))
            for key in keys
        }
    )


def test_repeats_come_in_the_order_in_which_they_were_begun_with_repeat_minus_first() -> None:
    sites = len(SCHEME.feature(next(item.code for item in SCHEME.features if str(item.code) == "ERO")).sites)
    later = ReadTwice("S001", _reading(1), _reading(2), "2026-03-09T10:00:00.000Z")
    earlier = ReadTwice("S002", _reading(2), _reading(1, blank_at_second=True), "2026-03-02T10:00:00.000Z")

    found = repeats_over_time(SCHEME, [later, earlier])

    assert [item.subject for item in found] == ["S002", "S001"]
    total = next(str(item.code) for item in SCHEME.totals if "ERO" in str(item.code))
    of_total = [{visit: value for code, visit, value in item.differences if code == total} for item in found]
    assert of_total == [{1: Decimal(-sites), 2: None}, {1: Decimal(sites), 2: Decimal(0)}]


def test_the_table_has_a_line_a_repeat_and_a_sign_before_each_difference() -> None:
    differences = (("ERO", 1, Decimal(3)), ("ERO", 2, None), ("SYN", 1, Decimal(0)), ("SYN", 2, Decimal("-1.5")))
    repeat = Repeat("S001", "2026-03-09T10:00:00.000Z", differences)

    lines = as_text([repeat]).splitlines()

    assert lines[2].split() == ["read", "on", "subject", "ERO", "1", "ERO", "2", "SYN", "1", "SYN", "2"]
    assert lines[3].split() == ["2026-03-09", "S001", "+3", "-", "0", "-1.5"]
    assert repeat.as_json() == {
        "subject": "S001",
        "at_utc": "2026-03-09T10:00:00.000Z",
        "differences": [
            {"total": "ERO", "visit": 1, "difference": 3.0},
            {"total": "ERO", "visit": 2, "difference": None},
            {"total": "SYN", "visit": 1, "difference": 0.0},
            {"total": "SYN", "visit": 2, "difference": -1.5},
        ],
    }
    assert len(as_text([]).splitlines()) == 3
