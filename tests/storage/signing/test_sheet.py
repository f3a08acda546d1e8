"""Signing sheet by itself: what must be put right before a case can be signed."""

from __future__ import annotations

import pytest

from scoring.readings.checks import Finding, Level
from storage.signing.sheet import LONGEST_ANSWER, MEANING, SigningSheet


@pytest.mark.parametrize(
    ("levels", "blocked"),
    [((), False), ((Level.ANSWER,), False), ((Level.BLOCKS,), True), ((Level.ANSWER, Level.BLOCKS), True)],
)
def test_a_sheet_is_blocked_by_what_must_be_put_right_and_not_by_what_wants_an_answer(
    levels: tuple[Level, ...], blocked: bool
) -> None:
    findings = tuple(Finding(f"check-{number}", level, "Is it so?", ()) for number, level in enumerate(levels))

    sheet = SigningSheet("ABCDE", "ES", findings, MEANING, asks_passphrase=False, head="0" * 64, amends=False)

    assert sheet.blocked is blocked
    assert sheet.name == ""


def test_an_answer_has_200_characters_at_most() -> None:
    assert LONGEST_ANSWER == 200
