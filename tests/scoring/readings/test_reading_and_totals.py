"""Order of answers, strict totals, changes, and undo by inverse changes."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.readings.order import keys_in_reading_order
from scoring.readings.reading import Answer, AnswerChanged, Graded, NotAssessable, Reading
from scoring.readings.strict_totals import running_sum, site_change, total, total_change
from scoring.schemes.load import shipped_scheme
from scoring.schemes.scheme import FeatureCode, SiteCode, TotalCode
from tests.builders.studies import answer, changed, key

SCHEME = shipped_scheme()
KEYS = keys_in_reading_order(SCHEME)
SYNTOT, MRII, EROTOT = TotalCode("SYNTOT"), TotalCode("MRII"), TotalCode("EROTOT")


def _reading(**words: str) -> Reading:
    """`v1_syn="3 2 1"`: the words of a feature's sites in order, `-` for blank."""
    reading = Reading()
    for name, text in words.items():
        visit, feature = name[1], name[3:].upper()
        sites = SCHEME.feature(FeatureCode(feature)).sites
        for site, word in zip(sites, text.split(), strict=False):
            if word != "-":
                reading = reading.applied(changed(f"{visit} {feature} {site.code}", word))
    return reading


def _all(grade: int) -> Reading:
    reading = Reading()
    for where in KEYS:
        reading = reading.applied(AnswerChanged(where, None, Graded(Decimal(grade))))
    return reading


def test_a_pair_asks_for_86_answers_each_once() -> None:
    assert len(KEYS) == len(set(KEYS)) == 86


def test_answers_go_site_by_site_with_baseline_first() -> None:
    assert KEYS[:4] == (key("1 SYN DRUJ"), key("2 SYN DRUJ"), key("1 SYN RC"), key("2 SYN RC"))
    assert KEYS[-1] == key("2 ERO MC5")


def test_a_total_is_the_sum_of_all_its_sites() -> None:
    value = total(SCHEME, _reading(v1_syn="3 2 1"), SYNTOT, 1)

    assert (value.value, value.scored, value.wanted) == (Decimal(6), 3, 3)


@pytest.mark.parametrize("words", ["3 2 -", "3 2 NC", "- - -"])
def test_a_total_is_unknown_while_any_of_its_sites_has_no_grade(words: str) -> None:
    value = total(SCHEME, _reading(v1_syn=words), SYNTOT, 1)

    assert value.value is None
    assert value.scored == sum(word.isdigit() for word in words.split())


def test_three_everywhere_gives_the_published_maximum_of_inflammation() -> None:
    assert total(SCHEME, _all(3), MRII, 2).value == Decimal(84)


def test_a_missing_part_makes_the_inflammation_total_missing() -> None:
    reading = _all(1).applied(changed("1 TEN E4", "AR", before="1"))

    assert total(SCHEME, reading, MRII, 1).value is None
    assert total(SCHEME, reading, SYNTOT, 1).value == Decimal(3)


def test_the_running_sum_counts_what_is_graded_so_far() -> None:
    assert running_sum(SCHEME, _reading(v1_syn="3 NC 1"), SYNTOT, 1) == Decimal(4)


def test_a_change_is_follow_up_minus_baseline() -> None:
    reading = _reading(v1_syn="3 2 1", v2_syn="1 2 2")

    assert total_change(SCHEME, reading, SYNTOT).value == Decimal(-1)
    assert site_change(reading, FeatureCode("SYN"), SiteCode("DRUJ")) == Decimal(-2)


@pytest.mark.parametrize("words", ["1 2 -", "1 2 SQ"])
def test_a_change_needs_both_visits(words: str) -> None:
    reading = _reading(v1_syn="3 2 1", v2_syn=words)

    assert total_change(SCHEME, reading, SYNTOT).value is None
    assert site_change(reading, FeatureCode("SYN"), SiteCode("IC-CMC")) is None


def test_a_total_that_the_scheme_does_not_have_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(KeyError):
        total(SCHEME, Reading(), TotalCode("NONE"), 1)


def test_a_change_that_starts_from_another_answer_is_refused() -> None:
    with pytest.raises(ValueError, match="starts from"):
        Reading().applied(changed("1 ERO CAP", "2", before="1"))


_ANSWERS = st.sampled_from([None, answer("0"), answer("3"), NotAssessable("NC"), NotAssessable("OT", "cast")])


@given(st.lists(st.tuples(st.sampled_from(KEYS[:6]), _ANSWERS), max_size=30))
def test_undoing_everything_newest_first_gives_the_empty_reading(wishes: list[tuple[object, Answer | None]]) -> None:
    reading, done = Reading(), list[AnswerChanged]()
    for where, after in wishes:
        change = AnswerChanged(where, reading.answer(where), after)  # type: ignore[arg-type] # drawn from KEYS
        reading = reading.applied(change)
        done.append(change)

    for change in reversed(done):
        reading = reading.applied(change.inverse())

    assert dict(reading.answers) == {}
