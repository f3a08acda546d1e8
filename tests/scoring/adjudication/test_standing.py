"""Standing of final values: how many have theirs, which wait, readers' rates, and what a third reader is shown."""

from __future__ import annotations

from decimal import Decimal

import pytest

from scoring.adjudication.adjudicating import Adjudicating, sites_to_show
from scoring.adjudication.final_cases import FinalCase
from scoring.adjudication.final_progress import NotCounted, Standing, in_words, joined, standing_of
from scoring.adjudication.final_value import FinalValue, How
from scoring.adjudication.performance import Compared, Performance, performances
from scoring.adjudication.rules import Pair, change_of
from scoring.readings.answers import stored_answer
from scoring.readings.reading import Answer, Graded, SiteKey
from scoring.schemes.load import shipped_scheme
from scoring.schemes.scheme import FeatureCode, SiteCode

CAP, HAM, TRI = (SiteKey(1, FeatureCode("ERO"), SiteCode(site)) for site in ("CAP", "HAM", "TRI"))


def _answers(**given: str) -> dict[SiteKey, Answer]:
    found = {SiteKey(1, FeatureCode("ERO"), SiteCode(site)): stored_answer(text) for site, text in given.items()}
    return {key: answer for key, answer in found.items() if answer is not None}


PAIR: Pair = (_answers(CAP="1", HAM="2", TRI="0"), _answers(CAP="3", HAM="2"))


def _case(key: str, *hows: How) -> FinalCase:
    graded = _answers(CAP="1")[CAP]
    values = {
        at: FinalValue(None if how in {How.TO_BE_SETTLED, How.NOT_READ_BY_TWO} else graded, how)
        for at, how in zip((CAP, HAM, TRI), hows, strict=False)
    }
    return FinalCase(key, ("AD", "MO"), PAIR, how_is_read(hows), frozenset({CAP}), (), {}, values)


def how_is_read(hows: tuple[How, ...]) -> bool:
    return How.TO_BE_SETTLED in hows


def test_a_case_is_final_with_every_value_waits_for_a_third_reader_or_lacks_a_reading() -> None:
    agreed = next(how for how in How if how not in {How.TO_BE_SETTLED, How.NOT_READ_BY_TWO, How.TOO_MANY_READERS})
    cases = [
        _case("S001", agreed, agreed),
        _case("S002", agreed, How.TO_BE_SETTLED),
        _case("S003", How.NOT_READ_BY_TWO),
        _case("S004"),
    ]

    found = standing_of(cases)

    assert (found.cases, found.final, found.waits, found.lacking) == (4, 1, ("S002",), ("S003", "S004"))
    assert found.line == "Final values: 1 of 4 cases; 1 wait for a third reader: S002; 2 lack a finished reading"
    assert [(reader.reader, reader.compared, reader.to_third) for reader in found.readers] == [
        ("AD", 4, 1), ("MO", 4, 1)
    ]  # fmt: skip
    assert found.as_board_json() == {"cases": 4, "final": 1, "waits": ["S002"]}
    assert found.as_text() == [found.line, *(in_words(reader) for reader in found.readers)]


def test_twelve_cases_that_wait_are_named_and_the_rest_counted() -> None:
    twelve = tuple(f"S{number:03}" for number in range(1, 13))

    line = Standing(20, 0, twelve, (), ()).line
    assert line == f"Final values: 0 of 20 cases; 12 wait for a third reader: {', '.join(twelve)}"
    line = Standing(20, 0, (*twelve, "S013", "S014"), (), ()).line
    assert line.endswith(f"{', '.join(twelve)} and 2 more")
    assert Standing(3, 3, (), (), ()).line == "Final values: 3 of 3 cases"


def test_standings_of_schemes_are_one_and_cases_of_a_further_scheme_say_so() -> None:
    one = Standing(3, 1, ("S001",), ("S002",), (Performance("AD", 3, 1, 1, 1),))
    other = Standing(4, 2, ("S001",), ("S003",), (Performance("ND", 4, 1, 0, 0),))

    found = joined([("wrist", one), ("hands", other)])

    assert (found.cases, found.final) == (7, 3)
    assert (found.waits, found.lacking) == (("S001", "S001 (hands)"), ("S002", "S003 (hands)"))
    assert [reader.reader for reader in found.readers] == ["AD", "ND"]


@pytest.mark.parametrize(("count", "said"), [(1, "1 reading lacks answers"), (2, "2 readings lack answers")])
def test_while_readings_are_open_nothing_is_counted(count: int, said: str) -> None:
    assert (
        NotCounted(count).line == f"Final values: not counted while {said}; `ramris study final --why TEXT` counts them"
    )
    assert NotCounted(count).as_board_json() == {"cases": None, "final": None, "waits": None, "open": count}


def test_a_reader_is_told_in_shares_of_the_cases_that_another_has_read_too() -> None:
    one = Performance("AD", 8, 4, 3, 2)

    assert (one.adjudication_rate, one.disagreement_index) == (0.5, 0.25)
    assert in_words(one) == (
        "AD: 8 cases compared, 4 for a third reader (50%), 3 read; the third sided with the other in 2 "
        "(disagreement index 25%)"
    )
    assert Standing(0, 0, (), (), (one,)).as_json()["readers"] == [
        {"reader": "AD", "compared": 8, "to_third": 4, "adjudication_rate": 0.5, "done": 3, "against": 2,
         "disagreement_index": 0.25}
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("third", "counts"),
    [
        # 1 and 3: nearer to the first, to the second, as near to both
        ({"CAP": "0"}, ([1, 1, 1, 0], [1, 1, 1, 1])),
        ({"CAP": "3"}, ([1, 1, 1, 1], [1, 1, 1, 0])),
        ({"CAP": "2"}, ([1, 1, 1, 0], [1, 1, 1, 0])),
        # no grade is far from every grade
        ({"CAP": "AR"}, ([1, 1, 1, 0], [1, 1, 1, 0])),
        # what is settled isn't all read, or nothing is
        ({"HAM": "2"}, ([1, 1, 0, 0], [1, 1, 0, 0])),
        ({}, ([1, 1, 0, 0], [1, 1, 0, 0])),
    ],
)
def test_a_third_reader_sides_with_whom_the_answers_are_nearer_to(
    third: dict[str, str], counts: tuple[list[int], list[int]]
) -> None:
    case = Compared(("AD", "MO"), PAIR, True, frozenset({CAP}), _answers(**third))

    assert [[item.compared, item.to_third, item.done, item.against] for item in performances([case])] == list(counts)


def test_a_case_that_goes_to_no_third_reader_is_compared_alone() -> None:
    case = Compared(("AD", "MO"), PAIR, False, frozenset(), _answers(CAP="3"))

    assert [(item.compared, item.to_third, item.done) for item in performances([case, case])] == [(2, 0, 0)] * 2


def test_readings_stand_beside_the_third_where_they_are_settled_where_they_differ_or_everywhere() -> None:
    settled = frozenset({HAM})

    assert sites_to_show(Adjudicating.BLIND, PAIR, settled) == frozenset()
    assert sites_to_show(Adjudicating.BESIDE, PAIR, settled) == settled
    assert sites_to_show(Adjudicating.BESIDE, PAIR, frozenset()) == {CAP}
    # the triquetrum was shown to one of them alone
    assert sites_to_show(Adjudicating.BESIDE_ALL, PAIR, settled) == {CAP, HAM}


def test_a_change_is_missing_where_one_total_is_and_second_minus_first_where_both_are_there() -> None:
    scheme = shipped_scheme()
    feature = scheme.feature(FeatureCode("ERO"))
    first = {SiteKey(1, feature.code, site.code): Graded(Decimal(1)) for site in feature.sites}
    second = {SiteKey(2, feature.code, site.code): Graded(Decimal(3)) for site in feature.sites}

    assert change_of(feature, {**first, **second}) == 2 * len(feature.sites)
    assert change_of(feature, dict(first)) is None
    assert change_of(feature, dict(second)) is None
