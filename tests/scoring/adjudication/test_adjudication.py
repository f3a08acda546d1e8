"""Adjudication: what goes to a third reader, the final value of a site, and readers' rates. Numbers by hand."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest

from scoring.adjudication.final_cases import FinalCase, OneRead, Plan, final_cases
from scoring.adjudication.final_value import How, Settling, final_value
from scoring.adjudication.performance import Performance, performances
from scoring.adjudication.rules import Rule, Scope, rule_from, to_settle
from scoring.errors import DesignRefused
from scoring.readings.order import keys_in_reading_order
from scoring.readings.reading import Answer, Graded, NotAssessable, SiteKey
from scoring.schemes.load import shipped_scheme
from tests.builders.studies import answer, key

SCHEME = shipped_scheme()
AGREED_RULES = ("site:1", "total:3", "change", "change:4", "all")


def _read(**grades: str) -> dict[SiteKey, Answer]:
    """Every site 0 but those that are named, such as `v1_ERO_CAP="3"`."""
    answers: dict[SiteKey, Answer] = {at: Graded(Decimal(0)) for at in keys_in_reading_order(SCHEME)}
    for name, word in grades.items():
        given = answer(word)
        assert given is not None
        answers[key(name.removeprefix("v").replace("_", " "))] = given
    return answers


def _settled(rule: str, one: Mapping[SiteKey, Answer], two: Mapping[SiteKey, Answer]) -> set[str]:
    return {f"{at.visit} {at.feature} {at.site}" for at in to_settle(rule_from(rule), SCHEME, (one, two))}


@pytest.mark.parametrize("text", AGREED_RULES)
def test_a_rule_is_written_as_it_was_typed(text: str) -> None:
    assert rule_from(text).text == text


@pytest.mark.parametrize(
    "text", ["", "site", "total", "site:0", "site:-1", "site:x", "site:", "all:3", "sites:1", "change:NaN"]
)
def test_what_is_no_rule_is_refused_with_those_that_there_are(text: str) -> None:
    with pytest.raises(DesignRefused, match="site:1, total:3, change"):
        rule_from(text)


def test_by_sites_only_those_that_differ_by_so_much_are_settled() -> None:
    one, two = _read(v1_ERO_CAP="3", v1_ERO_HAM="1", v2_OST_RAD="1"), _read(v1_ERO_CAP="5", v2_OST_RAD="NC")

    assert _settled("site:2", one, two) == {"1 ERO CAP", "2 OST RAD"}
    assert _settled("site:1", one, two) == {"1 ERO CAP", "1 ERO HAM", "2 OST RAD"}
    assert _settled("site:1", one, one) == set()


@pytest.mark.parametrize("rule", ["total:1", "change", "change:1"])
def test_where_one_of_them_was_not_shown_a_visit_there_is_no_total_or_change_to_differ_by(rule: str) -> None:
    both = _read(v1_ERO_CAP="3", v2_ERO_CAP="9")
    first_alone = {at: given for at, given in _read(v1_ERO_CAP="3").items() if at.visit == 1}

    assert _settled(rule, both, first_alone) == set()
    assert _settled(rule, first_alone, both) == set()


def test_by_totals_a_case_is_settled_whole_where_a_feature_adds_up_to_so_much_more() -> None:
    # erosion at baseline: 3 + 1 = 4 against 1; differences that cancel out leave a total as it is
    one, two = _read(v1_ERO_CAP="3", v1_ERO_HAM="1", v2_OST_RAD="1"), _read(v1_ERO_CAP="1")
    cancel = _read(v1_ERO_CAP="1", v1_ERO_HAM="3", v2_OST_RAD="1")

    assert _settled("total:3", one, two) == {"1 ERO CAP", "1 ERO HAM", "2 OST RAD"}
    assert _settled("total:4", one, two) == set()
    assert _settled("total:1", one, cancel) == set()
    assert _settled("site:1", one, cancel) == {"1 ERO CAP", "1 ERO HAM"}


def test_by_change_a_difference_at_both_visits_is_none() -> None:
    same_shift, other = _read(v1_ERO_CAP="2", v2_ERO_CAP="4"), _read(v1_ERO_CAP="0", v2_ERO_CAP="2")
    grows = _read(v1_ERO_CAP="2", v2_ERO_CAP="6")

    # changes: 2 and 2; then 4 and 2
    assert _settled("change:1", same_shift, other) == set()
    assert _settled("change:2", grows, other) == {"1 ERO CAP", "2 ERO CAP"}
    assert _settled("change:3", grows, other) == set()


def test_a_site_that_one_could_not_grade_is_a_difference_under_every_rule() -> None:
    for rule in ("site:9", "total:50", "change:50", "all"):
        assert _settled(rule, _read(v1_ERO_CAP="3"), _read(v1_ERO_CAP="AR")) == {"1 ERO CAP"}
    assert _settled("site:1", _read(v1_ERO_CAP="SQ"), _read(v1_ERO_CAP="AR")) == set()


def _value(rule: str, one: str, two: str, third: str, *, settled: bool = True) -> tuple[str, str]:
    a, b = answer(one), answer(two)
    assert a is not None
    assert b is not None
    found = final_value(Settling(rule), (a, b), answer(third), settled=settled)
    match found.answer:
        case Graded(grade):
            return str(grade), found.how
        case NotAssessable(code, _):
            return code, found.how
    return "", found.how


@pytest.mark.parametrize(
    ("rule", "two", "third", "value", "how"),
    [
        ("median", "1 4", "3", "3", How.MEDIAN),
        ("median", "1 4", "5", "4", How.MEDIAN),
        ("median", "1 4", "0", "1", How.MEDIAN),
        ("adjudicator", "1 4", "0", "0", How.ADJUDICATOR),
        ("adjudicator", "1 4", "NC", "NC", How.ADJUDICATOR),
        # 3 is 2 from 1 and 1 from 4
        ("nearest", "1 4", "3", "4", How.NEAREST),
        ("nearest", "1 4", "0", "1", How.NEAREST),
        # half way: the third's own
        ("nearest", "1 3", "2", "2", How.NEAREST),
        # gaps 2 and 1: mean of 3 and 4
        ("mean-of-nearest", "1 4", "3", "3.5", How.MEAN_OF_NEAREST),
        ("mean-of-nearest", "1 4", "1", "1", How.MEAN_OF_NEAREST),
        ("mean-of-nearest", "0 4", "1", "0.5", How.MEAN_OF_NEAREST),
        ("mean-of-nearest", "1 3", "2", "2", How.MEAN_OF_NEAREST),
        # the two agree, whatever a third gave
        ("adjudicator", "2 2", "5", "2", How.AGREED),
        ("median", "NC SQ", "5", "NC", How.AGREED),
        # two of three graded it, or one
        ("median", "2 NC", "3", "2.5", How.TWO_GRADES),
        ("nearest", "2 NC", "NC", "NC", How.NO_GRADE),
        ("median", "1 4", "AR", "2.5", How.TWO_GRADES),
        ("median", "1 4", "", "", How.TO_BE_SETTLED),
    ],
)
def test_the_final_value_of_a_site_that_is_settled(rule: str, two: str, third: str, value: str, how: How) -> None:
    one, other = two.split()

    assert _value(rule, one, other, third) == (value, how)
    # who is first and who second changes nothing; of two reasons for no grade the first stands
    assert _value(rule, other, one, third)[1] == how
    if how is not How.AGREED:
        assert _value(rule, other, one, third)[0] == value


def test_a_difference_that_is_not_settled_is_the_mean_of_the_two_whatever_a_third_gave() -> None:
    assert _value("median", "1", "2", "5", settled=False) == ("1.5", How.MEAN_OF_TWO)
    assert _value("median", "1", "3", "", settled=False) == ("2", How.MEAN_OF_TWO)


BY_SITE = Plan(Rule(Scope.SITE, Decimal(1)), Settling.MEDIAN)


def _one(whose: str, reader: str, answers: Mapping[SiteKey, Answer], *, third: bool = False) -> OneRead:
    return OneRead(whose, reader, third, len(answers) == len(keys_in_reading_order(SCHEME)), answers, (1, 2))


def _cases(*readings: OneRead, plan: Plan = BY_SITE) -> dict[str, FinalCase]:
    return {case.key: case for case in final_cases(SCHEME, plan, readings)}


def test_a_case_is_final_when_the_third_has_read_what_two_differ_in() -> None:
    two = _one("S1", "A", _read(v1_ERO_CAP="1")), _one("S1", "B", _read(v1_ERO_CAP="4"))
    agreed = _one("S2", "A", _read()), _one("S2", "B", _read())

    waits = _cases(*two, *agreed)
    done = _cases(*two, *agreed, _one("S1", "C", _read(v1_ERO_CAP="3", v1_ERO_HAM="2"), third=True))

    assert (waits["S1"].waits, waits["S1"].is_final, waits["S2"].is_final) == (True, False, True)
    assert done["S1"].is_final
    # where the two agree the third changes nothing
    assert done["S1"].values[key("1 ERO HAM")].answer == Graded(Decimal(0))
    assert done["S1"].values[key("1 ERO CAP")].answer == Graded(Decimal(3))
    assert done["S1"].adjudicators == ("C",)


def test_a_reading_that_is_not_finished_makes_no_value() -> None:
    begun = {key("1 ERO CAP"): Graded(Decimal(1))}
    found = _cases(_one("S1", "A", begun), _one("S1", "B", _read()))["S1"]

    assert {value.how for value in found.values.values()} == {How.NOT_READ_BY_TWO}
    assert not found.is_final


def test_of_three_first_readers_the_design_must_name_two() -> None:
    three = [_one("S1", name, _read()) for name in "ABC"]

    assert {v.how for v in _cases(*three)["S1"].values.values()} == {How.TOO_MANY_READERS}
    named = Plan(BY_SITE.rule, BY_SITE.settling, ("A", "C"))
    assert _cases(*three, plan=named)["S1"].readers == ("A", "C")


def test_a_program_counts_only_where_the_design_names_it() -> None:
    three = [_one("S1", name, _read()) for name in ("A", "B", "NET1")]
    programs = frozenset({"NET1"})

    assert _cases(*three, plan=Plan(BY_SITE.rule, BY_SITE.settling, (), programs))["S1"].readers == ("A", "B")
    named = Plan(BY_SITE.rule, BY_SITE.settling, ("A", "NET1"), programs)
    assert _cases(*three, plan=named)["S1"].readers == ("A", "NET1")


def test_change_beyond_the_sdc_is_of_the_two_readers_own_differences() -> None:
    # differences of change of erosion: 0, 0, 0, 3. SD = 1.5, SDC = 1.96 x 1.5 / sqrt 2 = 2.0789: only S4 is beyond it
    readings = []
    for name, grade in (("S1", "0"), ("S2", "0"), ("S3", "0"), ("S4", "3")):
        readings += [_one(name, "A", _read()), _one(name, "B", _read(v2_ERO_CAP=grade))]
    plan = Plan(rule_from("change"), Settling.MEDIAN)

    assert {name for name, case in _cases(*readings, plan=plan).items() if case.is_read} == {"S4"}
    # 0, 0, 2, 3: SD = 1.5, the same SDC: 2 is within it
    readings[5] = _one("S3", "B", _read(v2_ERO_CAP="2"))
    assert {name for name, case in _cases(*readings, plan=plan).items() if case.is_read} == {"S4"}


def test_the_disagreement_index_counts_cases_in_which_the_third_sided_with_the_other() -> None:
    """Five cases: two agree; S3 and S4 the third sides with B, S5 is half way: A 2/5, B 0/5, adjudicated 3/5."""
    readings = []
    for name, a, b, third in (("S1", 0, 0, 0), ("S2", 0, 0, 0), ("S3", 1, 4, 4), ("S4", 2, 5, 4), ("S5", 1, 3, 2)):
        readings += [
            _one(name, "A", _read(v1_ERO_CAP=str(a))),
            _one(name, "B", _read(v1_ERO_CAP=str(b))),
            _one(name, "C", _read(v1_ERO_CAP=str(third)), third=True),
        ]

    one, other = performances(case.compared for case in _cases(*readings).values() if case.compared)

    assert one == Performance("A", compared=5, to_third=3, done=3, against=2)
    assert other == Performance("B", compared=5, to_third=3, done=3, against=0)
    assert (one.adjudication_rate, one.disagreement_index, other.disagreement_index) == (0.6, 0.4, 0.0)
