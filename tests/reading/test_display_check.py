"""The check of the display: one right answer of four, drawn anew each time, and no way to pass it but to see."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from storage.records import DISPLAY_FAILED, DISPLAY_PASSED
from workstation.reading.display_check import DARK_PATCH, LIGHT_PATCH, Trial, answered, drawn


def test_patches_are_5_and_95_percent_of_an_8_bit_drive_level() -> None:
    # SMPTE RP 133: 5 % of 255 is 12.75, 95 % is 242.25
    assert (round(255 * 0.05), round(255 * 0.95)) == (DARK_PATCH, LIGHT_PATCH)


def test_who_sees_all_three_passes() -> None:
    trial = drawn(Random(1))
    for choice in trial.right:
        trial = answered(trial, choice)

    assert (trial.question, trial.outcome, trial.missed) == ("", DISPLAY_PASSED, ())


@pytest.mark.parametrize(("place", "name"), [(0, "dark"), (1, "light"), (2, "text")])
def test_one_wrong_answer_fails_and_says_which(place: int, name: str) -> None:
    trial = drawn(Random(2))
    for number, choice in enumerate(trial.right):
        trial = answered(trial, choice % 4 + 1 if number == place else choice)

    assert (trial.outcome, trial.missed) == (DISPLAY_FAILED, (name,))


def test_what_is_no_choice_answers_nothing() -> None:
    trial = drawn(Random(3))

    assert answered(answered(trial, 0), 5) == trial
    done = Trial((1, 1, 1), trial.numbers, (1, 1, 1))
    assert answered(done, 2) == done


def test_right_answers_are_anywhere_and_the_number_asked_for_is_there_once() -> None:
    random = Random(4)
    trials = [drawn(random) for _ in range(400)]

    for place in range(3):
        # a fourth of 400 each, four standard deviations of a fair draw being 35
        assert all(65 < count < 135 for count in Counter(trial.right[place] for trial in trials).values())
    assert all(len(set(trial.numbers)) == 4 for trial in trials)
    last = Trial(trials[0].right, trials[0].numbers, (1, 1))
    assert last.words == f"Which of the small numbers is {last.numbers[last.right[2] - 1]}?"
