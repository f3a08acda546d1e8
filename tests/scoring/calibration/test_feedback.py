"""Feedback on one case: grades planted at single sites, differences by hand."""

from __future__ import annotations

from decimal import Decimal

from scoring.calibration.consensus import consensus
from scoring.calibration.feedback import Closeness, by_feature, farthest_first, feedback
from scoring.calibration.words import feature_line, site_line
from scoring.readings.order import keys_in_reading_order
from scoring.readings.reading import Answer, Graded, NotAssessable, Reading, SiteKey
from scoring.schemes.load import shipped_scheme
from scoring.schemes.scheme import FeatureCode, SiteCode

SCHEME = shipped_scheme()
SYN, ERO = FeatureCode("SYN"), FeatureCode("ERO")
RADIOCARPAL = SiteKey(1, SYN, SiteCode("RC"))
CAPITATE = SiteKey(2, ERO, SiteCode("CAP"))


def _reading(*planted: tuple[SiteKey, Answer | int]) -> Reading:
    answers: dict[SiteKey, Answer] = {key: Graded(Decimal(0)) for key in keys_in_reading_order(SCHEME)}
    for key, answer in planted:
        answers[key] = Graded(Decimal(answer)) if isinstance(answer, int) else answer
    return Reading(answers)


def _at(key: SiteKey, given: Answer | int, reference: Answer | int) -> Closeness:
    found = {item.key: item for item in feedback(SCHEME, _reading((key, given)), _reading((key, reference)))}
    return found[key].closeness


def test_every_site_of_both_visits_is_told_of() -> None:
    assert len(feedback(SCHEME, _reading(), _reading())) == 86


def test_a_site_is_same_near_or_far_by_whole_grades() -> None:
    assert _at(CAPITATE, 4, 4) is Closeness.SAME
    assert _at(CAPITATE, 5, 4) is Closeness.NEAR
    assert _at(CAPITATE, 2, 4) is Closeness.FAR


def test_one_who_can_t_score_what_the_other_grades_is_told_so_and_two_who_can_t_agree() -> None:
    gone, other = NotAssessable("SQ"), NotAssessable("NC")

    assert _at(CAPITATE, gone, 4) is Closeness.SCORABLE
    assert _at(CAPITATE, 0, gone) is Closeness.SCORABLE
    assert _at(CAPITATE, gone, other) is Closeness.SAME


def test_what_one_of_both_left_blank_is_left_out() -> None:
    blank = {key: answer for key, answer in _reading().answers.items() if key != CAPITATE}

    assert CAPITATE not in {item.key for item in feedback(SCHEME, Reading(blank), _reading())}


def test_differences_are_the_reader_s_grade_minus_the_reference_s_and_add_up_by_feature() -> None:
    given = _reading((RADIOCARPAL, 2), (CAPITATE, 1))
    found = by_feature(SCHEME, feedback(SCHEME, given, _reading((CAPITATE, 4))))

    erosion = next(item for item in found if item.feature == ERO)
    synovitis = next(item for item in found if item.feature == SYN)
    # 15 sites at two visits; one is three grades below
    assert (erosion.same, erosion.near, erosion.far, erosion.bias) == (29, 0, 1, Decimal(-3))
    assert (synovitis.same, synovitis.far, synovitis.bias) == (5, 1, Decimal(2))
    assert feature_line(SCHEME, erosion).endswith("29 the same, 0 one grade off, 1 farther; sum of differences -3.0")


def test_a_learner_sees_the_farthest_first_and_nothing_that_is_right() -> None:
    given = _reading((RADIOCARPAL, 1), (CAPITATE, 7))
    found = farthest_first(feedback(SCHEME, given, _reading()))

    assert [item.key for item in found] == [CAPITATE, RADIOCARPAL]
    assert site_line(SCHEME, found[0]) == "Erosion, Capitate, follow-up: 7, reference 0 (more than one grade off)"


def test_of_three_references_the_grade_in_the_middle_stands() -> None:
    found = consensus(SCHEME, [_reading((CAPITATE, grade)) for grade in (5, 1, 2)])

    assert found.answer(CAPITATE) == Graded(Decimal(2))


def test_where_most_references_can_t_score_it_isn_t_scored() -> None:
    gone = NotAssessable("SQ")

    found = consensus(SCHEME, [_reading((CAPITATE, answer)) for answer in (gone, 3, gone)])
    most = consensus(SCHEME, [_reading((CAPITATE, answer)) for answer in (gone, 3, 1)])

    assert found.answer(CAPITATE) == gone
    # two grades are no odd number: the lower one
    assert most.answer(CAPITATE) == Graded(Decimal(1))
