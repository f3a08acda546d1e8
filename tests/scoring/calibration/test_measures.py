"""Results of a reader: synovitis totals planted, ICC and bias by hand; gates as data."""

from __future__ import annotations

from decimal import Decimal

import pytest

from scoring.calibration.gates import Gates, gates_from, shipped_gates
from scoring.calibration.measures import standing
from scoring.calibration.results import CalibrationResult
from scoring.calibration.words import standing_lines, verdict
from scoring.comparison.grades import At, CaseRead
from scoring.errors import TomlRefused
from scoring.readings.order import keys_in_reading_order
from scoring.readings.reading import Answer, Graded, Reading, SiteKey
from scoring.schemes.load import shipped_scheme
from scoring.schemes.scheme import FeatureCode, SiteCode, TotalCode

SCHEME = shipped_scheme()
SYNOVITIS = TotalCode("SYNTOT")
ONE_GATE = """
least_cases = {cases}
[[gate]]
at = "1"
above = {above}
totals = ["SYNTOT"]
"""


def _reading(grade: int) -> Reading:
    answers: dict[SiteKey, Answer] = {at: Graded(Decimal(0)) for at in keys_in_reading_order(SCHEME)}
    answers[SiteKey(1, FeatureCode("SYN"), SiteCode("RC"))] = Graded(Decimal(grade))
    return Reading(answers)


def _standing(*grades: tuple[int, int], gates: Gates | None = None) -> CalibrationResult:
    """Of (reader's, reference's) baseline grade a case."""
    cases = [CaseRead(f"S{number}", tuple(map(_reading, both))) for number, both in enumerate(grades)]
    return standing(SCHEME, cases, gates or shipped_gates(SCHEME), level=0.95)


def _gates(above: float, cases: int = 3) -> Gates:
    return gates_from(ONE_GATE.format(above=above, cases=cases), SCHEME)


def test_icc_is_of_absolute_agreement_and_bias_the_reader_s_minus_the_reference_s() -> None:
    found = _standing((1, 0), (2, 1), (3, 2))
    (baseline,) = [item for item in found.measures if (item.total.code, item.at) == (SYNOVITIS, At.BASELINE)]

    # by hand: MSR 2, MSC 1.5, MSE 0, so ICC(2,1) = 2 / (2 + 2 (1.5 - 0) / 3) = 2 / 3, though the ranks are the same
    assert baseline.icc.estimate == pytest.approx(2 / 3)
    assert baseline.bias.estimate == pytest.approx(1.0)
    assert baseline.n == 3


def test_a_gate_must_be_exceeded() -> None:
    at_the_gate = _standing((1, 0), (2, 1), (3, 2), gates=_gates(2 / 3))
    below_it = _standing((1, 0), (2, 1), (3, 2), gates=_gates(0.66))

    assert not at_the_gate.passed
    assert below_it.passed


def test_too_few_cases_aren_t_passed_however_good() -> None:
    found = _standing((0, 0), (1, 1), (3, 3), gates=_gates(0.8, cases=10))

    assert not found.missed
    assert not found.passed
    assert verdict(found) == "Not passed yet: 7 more cases to finish"


def test_what_can_t_be_told_isn_t_passed() -> None:
    """All cases have the same score: there is no ICC, so a reference without disease teaches nothing."""
    found = _standing((0, 0), (0, 0), (0, 0), gates=_gates(0.8))

    assert not found.passed
    assert "can't be told (zero total variance)" in standing_lines(found)[1]
    assert verdict(found) == "Not passed yet: below the gate: Synovitis total (baseline)"


def test_no_case_is_a_standing_too() -> None:
    found = _standing()

    assert not found.passed
    assert verdict(found) == "Not passed yet: 10 more cases to finish"


def test_the_shipped_gates_ask_for_status_above_80_and_change_above_70_of_every_total() -> None:
    gates = shipped_gates(SCHEME)

    assert gates.least_cases == 10
    for total in SCHEME.totals:
        assert [gates.above(total.code, at) for at in (At.BASELINE, At.FOLLOW_UP, At.CHANGE)] == [0.8, 0.8, 0.7]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("least_cases = 1\n[[gate]]\nat = '1'\nabove = 0.8", "least_cases: 1: a whole number from 2 to 1000"),
        ("least_cases = 5\ngate = []", "gate: is empty: without a gate everybody passes"),
        ("least_cases = 5\n[[gate]]\nat = '1'\nabove = 1.0", "an ICC from 0 to below 1"),
        ("least_cases = 5\n[[gate]]\nat = '3'\nabove = 0.5", "gate[0].at"),
        ("least_cases = 5\n[[gate]]\nat = '1'\nabove = 0.5\ntotals = ['TOTAL']", "totals of ramris-wrist are"),
        ("least_cases = 5\n" + "[[gate]]\nat = '1'\nabove = 0.5\n" * 2, "has a gate already; give each once"),
        ("least_cases = 5\n[[gate]]\nat = '1'\nabove = 0.5\nmost = 1", "most"),
    ],
)
def test_a_file_of_gates_that_can_t_be_used_is_refused_by_location(text: str, said: str) -> None:
    with pytest.raises(TomlRefused) as refusal:
        gates_from(text, SCHEME)

    assert said in str(refusal.value)
    assert str(refusal.value).startswith("calibration.toml: ")
