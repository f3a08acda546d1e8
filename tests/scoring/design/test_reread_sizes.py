"""Expected intervals against the definition in scoring.agreement and against Bonett's sample size formula."""

from __future__ import annotations

import pytest

from scoring.agreement.table import agreement_of_table
from scoring.design.reread_sizes import as_text, expected_intervals


def test_the_interval_is_that_of_a_table_with_such_an_icc() -> None:
    # 4 rows, two readings: mean squares worked out by the agreement module itself
    found = agreement_of_table([[1.0, 2.0], [4.0, 3.0], [6.0, 7.0], [9.0, 8.0]], level=0.95, scale=None).as_json()
    icc = found["icc"]["ICC(3,1)"]  # type: ignore[index] # JSON

    (expected,) = expected_intervals((4,), (icc["estimate"],))

    assert (expected.low, expected.high) == pytest.approx((icc["low"], icc["high"]), abs=1e-9)


def test_the_width_agrees_with_bonetts_formula() -> None:
    # Bonett 2002 Stat Med 21:1331, k = 2, ICC 0.8, width 0.2:
    # n = 8 * 1.96^2 * (1 - 0.8)^2 * (1 + 0.8)^2 / (2 * 1 * 0.2^2) + 1 = 50.8
    (expected,) = expected_intervals((51,), (0.8,))

    assert expected.width == pytest.approx(0.2, abs=0.01)


def test_more_cases_give_a_narrower_interval_and_the_icc_lies_in_it() -> None:
    widths = [item.width for item in expected_intervals(iccs=(0.9,))]

    assert widths == sorted(widths, reverse=True)
    assert all(item.low < item.icc < item.high for item in expected_intervals())


@pytest.mark.parametrize(("n", "icc"), [(1, 0.8), (10, 1.0), (10, -0.1)])
def test_what_has_no_interval_is_refused(n: int, icc: float) -> None:
    with pytest.raises(ValueError, match="2 cases or more"):
        expected_intervals((n,), (icc,))


def test_the_table_has_a_line_for_each_size() -> None:
    lines = as_text(expected_intervals(), 0.95)

    assert [line.split()[0] for line in lines[2:]] == ["10", "20", "30", "50"]
