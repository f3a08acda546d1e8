"""Strict, common-site and pro-rata totals side by side, against sums made by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.readings.order import keys_in_reading_order
from scoring.readings.reading import Answer, Reading, SiteKey
from scoring.readings.strict_totals import total, total_change
from scoring.readings.total_rules import RuledTotal, Status, TotalRule, ruled_changes, ruled_totals, sums_of
from scoring.schemes.load import shipped_scheme
from scoring.schemes.scheme import TotalCode
from tests.builders.studies import answer

SCHEME = shipped_scheme()
KEYS = keys_in_reading_order(SCHEME)
STRICT, COMMON, PRORATA = TotalRule


def _reading(**words: str) -> Reading:
    """Every site 1, but for the features named: `v1_ten="3 NC -"` gives the first sites of TEN at baseline."""
    answers: dict[SiteKey, Answer] = {}
    for at in KEYS:
        text = words.get(f"v{at.visit}_{at.feature.lower()}", "").split()
        codes = [site.code for site in SCHEME.feature(at.feature).sites]
        place = codes.index(at.site)
        word = text[place] if place < len(text) else "1"
        given_answer = answer("" if word == "-" else word)
        if given_answer is not None:
            answers[at] = given_answer
    return Reading(answers)


def _totals(reading: Reading) -> tuple[RuledTotal, ...]:
    """Every total of a reading, from the answers at both visits of each site."""
    pairs = {
        feature.code: [
            (reading.answer(SiteKey(1, feature.code, site.code)), reading.answer(SiteKey(2, feature.code, site.code)))
            for site in feature.sites
        ]
        for feature in SCHEME.features
    }
    return ruled_totals(SCHEME.totals, {code: sums_of(answers) for code, answers in pairs.items()})


def _total(reading: Reading, code: str, visit: int, rule: TotalRule) -> RuledTotal:
    (found,) = [item for item in _totals(reading) if (item.code, item.visit, item.rule) == (code, visit, rule)]
    return found


def _change(reading: Reading, code: str, rule: TotalRule) -> Decimal | None:
    (found,) = [item for item in ruled_changes(_totals(reading)) if (item.code, item.rule) == (code, rule)]
    return found.value


def test_where_every_site_has_a_grade_the_three_rules_give_the_same() -> None:
    reading = _reading(v1_ten="3 2 0", v2_ten="0 0 0")

    # by hand: 3 + 2 + 0 + 7 x 1 = 12, and 7
    for rule in TotalRule:
        assert _total(reading, "TENTOT", 1, rule).value == Decimal(12)
        assert _change(reading, "TENTOT", rule) == Decimal(-5)


def test_an_unscorable_site_is_missing_strictly_left_out_in_common_and_filled_pro_rata() -> None:
    # by hand: baseline E1 unscorable, E2 3, eight times 1 = 11 over nine sites; follow-up E1 3, nine times 1 = 12
    reading = _reading(v1_ten="AR 3", v2_ten="3 1")

    assert _total(reading, "TENTOT", 1, STRICT).value is None
    assert _total(reading, "TENTOT", 2, STRICT).value == Decimal(12)
    assert _total(reading, "TENTOT", 1, COMMON).value == Decimal(11)
    assert _total(reading, "TENTOT", 2, COMMON).value == Decimal(9)
    # 11 x 10 / 9 = 12.222...
    assert _total(reading, "TENTOT", 1, PRORATA).value == Decimal("12.222222")
    assert _total(reading, "TENTOT", 2, PRORATA).value == Decimal(12)


def test_a_change_is_of_two_totals_under_one_rule_as_they_are_printed() -> None:
    reading = _reading(v1_ten="AR 3", v2_ten="3 1")

    assert _change(reading, "TENTOT", STRICT) is None
    assert _change(reading, "TENTOT", COMMON) == Decimal(-2)
    assert _change(reading, "TENTOT", PRORATA) == Decimal("-0.222222")


@pytest.mark.parametrize(("unscorable", "there"), [(3, True), (4, False)])
def test_pro_rata_needs_four_of_five_sites(unscorable: int, there: bool) -> None:
    # erosion has 15 bones: 12 are 80 %, 11 are not
    found = _total(_reading(v1_ero=" ".join(["SX"] * unscorable)), "EROTOT", 1, PRORATA)

    assert (found.value == Decimal(15)) is there
    assert found.status is (Status.SCORED if there else Status.NOT_EVALUABLE)
    assert (found.used, found.wanted) == (15 - unscorable, 15)


def test_two_of_three_joints_are_too_few_for_a_pro_rata_synovitis() -> None:
    reading = _reading(v1_syn="NC 2 2")

    assert _total(reading, "SYNTOT", 1, PRORATA).value is None
    assert _total(reading, "SYNTOT", 1, COMMON).value == Decimal(4)


def test_inflammation_pro_rata_is_the_sum_of_its_features_and_not_the_mean_of_all_sites() -> None:
    # by hand: synovitis 3 x 3 = 9; tenosynovitis 9 graded, all 0 = 0; osteitis 15. A mean over all sites would let
    # joints and bones fill in for the tendon: (9 + 0 + 15) x 28 / 27 = 24.89
    reading = _reading(v1_syn="3 3 3", v1_ten="NC 0 0 0 0 0 0 0 0 0")

    assert _total(reading, "MRII", 1, PRORATA).value == Decimal(24)


def test_a_missing_part_makes_inflammation_missing_under_its_rule_alone() -> None:
    reading = _reading(v1_syn="NC NC NC")

    assert [_total(reading, "MRII", 1, rule).status for rule in TotalRule] == [Status.NOT_EVALUABLE] * 3
    assert _total(reading, "TENTOT", 1, STRICT).value == Decimal(10)


def test_a_site_that_is_not_read_yet_makes_the_total_missing_under_every_rule() -> None:
    reading = _reading(v1_ten="- NC 1")

    for rule in TotalRule:
        found = _total(reading, "TENTOT", 1, rule)
        assert (found.status, found.value) == (Status.NOT_DONE, None)
    # common sites need both visits, so the follow-up waits too
    assert _total(reading, "TENTOT", 2, COMMON).status is Status.NOT_DONE
    assert _total(reading, "TENTOT", 2, STRICT).value == Decimal(10)


_ANSWERS = st.dictionaries(st.sampled_from(KEYS), st.sampled_from(["0", "1", "3", "NC", ""]), max_size=12)


@settings(max_examples=25)
@given(_ANSWERS)
def test_the_strict_rule_is_the_one_on_screen(words: dict[SiteKey, str]) -> None:
    answers = {at: answer(words.get(at, "1")) for at in KEYS}
    reading = Reading({at: given_answer for at, given_answer in answers.items() if given_answer is not None})

    for found in _totals(reading):
        if found.rule is STRICT:
            screen = total(SCHEME, reading, TotalCode(found.code), found.visit)
            assert (found.value, found.used, found.wanted) == (screen.value, screen.scored, screen.wanted)
    for change in ruled_changes(_totals(reading)):
        if change.rule is STRICT:
            assert change.value == total_change(SCHEME, reading, change.code).value


@settings(max_examples=25)
@given(_ANSWERS)
def test_a_total_is_there_exactly_when_it_is_scored_and_lies_on_its_scale(words: dict[SiteKey, str]) -> None:
    answers = {at: answer(words.get(at, "3")) for at in KEYS}
    reading = Reading({at: given_answer for at, given_answer in answers.items() if given_answer is not None})
    highest = {item.code: item.maximum for item in SCHEME.totals}

    for found in _totals(reading):
        assert (found.value is not None) is (found.status is Status.SCORED)
        assert found.value is None or 0 <= found.value <= highest[found.code]
