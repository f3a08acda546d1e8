"""Several readers of the same cases: synovitis totals planted, figures from the tables that hold them already.

Synovitis baseline totals of four cases by three readers; the change of each is planted through the follow-up.
"""

from __future__ import annotations

import json
from decimal import Decimal

import numpy as np
import pytest

from scoring.agreement.errors import TableRefused
from scoring.agreement.resampling import Resampling
from scoring.agreement.table import agreement_of_table
from scoring.comparison.grades import At, CaseRead, grades_of
from scoring.comparison.inter_reader import InterReader, as_text, inter_reader
from scoring.comparison.responding import responses
from scoring.readings.order import keys_in_reading_order
from scoring.readings.reading import Answer, Graded, NotAssessable, Reading, SiteKey
from scoring.schemes.load import shipped_scheme
from scoring.schemes.scheme import FeatureCode, SiteCode
from scoring.values import replace

SCHEME = shipped_scheme()
SYN = FeatureCode("SYN")
# cases x readers: grade of the radiocarpal joint at baseline
RADIOCARPAL = ((0, 1, 1), (1, 1, 2), (2, 2, 3), (3, 2, 3))


def _reading(grade: int) -> Reading:
    answers: dict[SiteKey, Answer] = {at: Graded(Decimal(0)) for at in keys_in_reading_order(SCHEME)}
    answers[SiteKey(1, SYN, SiteCode("RC"))] = Graded(Decimal(grade))
    return Reading(answers)


def _cases() -> list[CaseRead]:
    return [
        CaseRead(f"S{number}", tuple(_reading(grade) for grade in grades)) for number, grades in enumerate(RADIOCARPAL)
    ]


def _found() -> InterReader:
    return inter_reader(SCHEME, ("A", "B", "C"), _cases(), level=0.95, left_out=1)


def test_all_readers_are_the_columns_of_one_table() -> None:
    (baseline,) = [
        item.table for item in _found().found.totals if (item.total.code, item.at) == ("SYNTOT", At.BASELINE)
    ]

    expected = agreement_of_table(RADIOCARPAL, level=0.95)
    assert baseline.k == 3
    assert baseline.icc == expected.icc
    # by hand: row means 2/3, 4/3, 7/3, 8/3 -> MSR 2.5278, MSC 0.5833, MSE 0.1944: ICC(3,1) = 2.3333 / 2.9167
    assert baseline.icc[2].value.estimate == pytest.approx(0.8)


def test_what_is_of_pairs_is_told_for_each_pair_of_readers() -> None:
    pairs = {pair.readers: pair.found for pair in _found().pairs}

    assert list(pairs) == [("A", "B"), ("A", "C"), ("B", "C")]
    (of_b_and_c,) = [
        item.table for item in pairs["B", "C"].totals if (item.total.code, item.at) == ("SYNTOT", At.BASELINE)
    ]
    # second minus first: 0, 1, 1, 1
    assert of_b_and_c.differences.bias.estimate == pytest.approx(0.75)
    assert all(item.kappa is None for item in _found().found.features)
    assert all(item.kappa is not None for item in pairs["A", "B"].features)


def test_two_readers_are_their_own_pair() -> None:
    cases = [CaseRead(case.subject, case.readings[:2]) for case in _cases()]

    found = inter_reader(SCHEME, ("A", "B"), cases, level=0.95)

    assert found.pairs == ()
    assert found.found.totals[0].table.differences.bias.estimate == pytest.approx(0.0)


def test_the_smallest_detectable_change_of_three_readers_is_from_their_common_error() -> None:
    (change,) = [item for item in _found().found.totals if (item.total.code, item.at) == ("SYNTOT", At.CHANGE)]

    assert change.sdc is not None
    # follow-up is 0 throughout, so the residual is that of baseline: 7/36; SD(d) = sqrt(2 MSE); 1.96 SD / sqrt2
    assert change.sdc.sdc.estimate == pytest.approx(1.96 * np.sqrt(7 / 36))


def test_each_site_has_shares_kappa_and_ac2_and_a_reason_where_it_has_not() -> None:
    found = inter_reader(SCHEME, ("A", "B"), [CaseRead(c.subject, c.readings[:2]) for c in _cases()], level=0.95)

    sites = {(str(item.feature), str(item.site), item.at): item for item in found.found.sites}
    radiocarpal = sites["SYN", "RC", At.BASELINE]
    assert (radiocarpal.n, radiocarpal.shares.exact, radiocarpal.shares.prevalence) == (4, 0.5, 0.875)
    # mean square apart 1/2; by chance 5/4 + 1/4 + 0
    assert radiocarpal.kappa.value.estimate == pytest.approx(2 / 3)
    # two of four equal; by chance (2 + 2)/16
    assert radiocarpal.unweighted.value.estimate == pytest.approx((1 / 2 - 1 / 4) / (1 - 1 / 4))
    assert radiocarpal.ac2.value.estimate is not None
    empty = sites["ERO", "CAP", At.BASELINE]
    assert (empty.kappa.value.estimate, empty.kappa.value.reason) == (None, "zero_total_variance")
    assert empty.ac2.value.estimate == 1.0


def test_a_site_without_a_grade_by_one_reader_leaves_the_case_out_of_that_total_alone() -> None:
    cases = _cases()
    blind = Reading({**cases[0].readings[1].answers, SiteKey(1, SYN, SiteCode("RC")): NotAssessable("AR")})
    cases[0] = CaseRead("S0", (cases[0].readings[0], blind, cases[0].readings[2]))

    found = inter_reader(SCHEME, ("A", "B", "C"), cases, level=0.95)

    counts = {(str(item.total.code), item.at): (item.table.n, item.table.dropped) for item in found.found.totals}
    assert counts["SYNTOT", At.BASELINE] == counts["MRII", At.CHANGE] == (3, 1)
    assert counts["SYNTOT", At.FOLLOW_UP] == counts["EROTOT", At.BASELINE] == (4, 0)


def test_the_json_and_the_text_name_readers_k_and_what_was_left_out() -> None:
    found = _found()

    shape = json.loads(json.dumps(found.as_json(), allow_nan=False))
    lines = as_text(found).splitlines()

    assert (shape["kind"], shape["readers"], shape["cases"], len(shape["pairs"])) == ("inter", ["A", "B", "C"], 4, 3)
    assert lines[0] == "Inter-reader agreement of A, B, C: 4 cases read by all, k = 3, level 95 %"
    assert lines[1].startswith("Warning: 1 of 5 cases is not read completely by every reader")
    assert "Of this, A and C:" in lines


def test_a_total_whose_highest_score_is_0_has_no_share_of_it() -> None:
    """A scale of loss, -3 to 0: its error is told in its own unit alone."""
    feature = SCHEME.feature(SYN)
    loss = replace(feature, scale=replace(feature.scale, minimum=Decimal(-3), maximum=Decimal(0), grades=()))
    (total,) = [one for one in SCHEME.totals if one.code == "SYNTOT"]
    scheme = replace(SCHEME, features=(loss,), totals=(replace(total, minimum=Decimal(-9), maximum=Decimal(0)),))

    def lost(reading: Reading) -> Reading:
        grades = {at: answer.grade for at, answer in reading.answers.items() if isinstance(answer, Graded)}
        return Reading({at: Graded(-grade) for at, grade in grades.items() if at.feature == SYN})

    cases = [CaseRead(case.subject, tuple(map(lost, case.readings))) for case in _cases()]

    def errors(found: InterReader) -> list[str]:
        begin = "  SDD, 1.96 SD(d), of two single status scores: "
        return [line for line in as_text(found).splitlines() if line.startswith(begin)]

    assert any(line.endswith(" % of 9") for line in errors(_found()))
    of_loss = errors(inter_reader(scheme, ("A", "B", "C"), cases, level=0.95))
    # of all three and of each pair, at baseline and at follow-up
    assert len(of_loss) == 2 * 4
    assert [line for line in of_loss if "% of" in line] == []


def test_bootstrap_intervals_stand_beside_every_total() -> None:
    drawn = inter_reader(SCHEME, ("A", "B", "C"), _cases(), level=0.95, resampling=Resampling(replicates=200, seed=2))

    found = drawn.as_json()
    (synovitis,) = [item for item in drawn.found.totals if (item.total.code, item.at) == ("SYNTOT", At.BASELINE)]
    assert synovitis.table.bootstrap is not None
    limits = synovitis.table.bootstrap.intervals["ICC(3,1)"].bca
    assert limits is not None
    line = next(line for line in as_text(drawn).splitlines() if line.startswith("  ICC(3,1) "))
    assert line.endswith(f"; bootstrap BCa {limits[0]:.3f} to {limits[1]:.3f}")
    assert "bootstrap" not in as_text(_found())
    analyses = found["analyses"]
    assert isinstance(analyses, list)
    assert all(item["table"]["bootstrap"]["replicates"] == 200 for item in analyses)


def test_change_is_that_of_the_first_of_several_readings_of_a_case() -> None:
    (synovitis,) = [item for item in responses(grades_of(SCHEME, _cases()), ()) if item.total.code == "SYNTOT"]

    # baseline of reader A is 0, 1, 2, 3 and every follow-up 0; all twelve readings would be eleven decreases
    assert (synovitis.response.n, synovitis.decreased, synovitis.same, synovitis.increased) == (4, 3, 1, 0)


def test_one_reader_is_refused() -> None:
    with pytest.raises(TableRefused, match="two readers"):
        inter_reader(SCHEME, ("A",), [CaseRead("S", (_reading(1),))], level=0.95)
