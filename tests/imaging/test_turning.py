"""Turns: every pixel that is shown lies where the stored one lies, in all eight ways."""

from __future__ import annotations

from math import cos, radians, sin
from pathlib import Path

import numpy as np
import pytest

from scoring.values import replace
from tests.builders.series import Orientation, a_series
from workstation.imaging.geometry import Stack, dot
from workstation.imaging.orientation import edge_letters
from workstation.imaging.shown import as_shown, turned
from workstation.imaging.turning import TURNS

# what a person sees who turns this sheet: 1 2 over 3 4
SHEET = np.array([[[1, 2], [3, 4]]], np.uint16)


@pytest.mark.parametrize(
    ("turn", "seen"),
    [
        ("", [[1, 2], [3, 4]]),
        ("90", [[3, 1], [4, 2]]),
        ("180", [[4, 3], [2, 1]]),
        ("270", [[2, 4], [1, 3]]),
        ("mirrored", [[2, 1], [4, 3]]),
        ("mirrored-90", [[4, 2], [3, 1]]),
        ("mirrored-180", [[3, 4], [1, 2]]),
        ("mirrored-270", [[1, 3], [2, 4]]),
    ],
)
def test_a_turn_is_clockwise_and_mirrored_is_left_for_right_before_it(turn: str, seen: list[list[int]]) -> None:
    assert turned(SHEET, turn)[0].tolist() == seen


def an_oblique_orientation() -> Orientation:
    """Coronal, 17 degrees about the patient's long axis and 9 within the picture."""
    c, s, d, t = cos(radians(17)), sin(radians(17)), cos(radians(9)), sin(radians(9))
    return (d * c, d * s, -t, -t * c, -t * s, -d)


@pytest.mark.parametrize("turn", TURNS)
def test_a_pixel_is_shown_where_its_stored_one_lies_in_the_patient(tmp_path: Path, turn: str) -> None:
    volume = np.arange(3 * 4 * 6).reshape(3, 4, 6)
    series = a_series(
        tmp_path, "S", plane="COR", rows=4, columns=6, slices=3, spacing_mm=(0.7, 1.1), volume=volume,
        orientation=an_oblique_orientation(), centre_mm=(21.0, -30.0, 8.0),
    )  # fmt: skip
    stored, shown = Stack.stored(series), Stack.of(replace(series, turn=turn))
    lies = {
        int(value): stored.pixel_to_mm(index, row, column) for (index, row, column), value in np.ndenumerate(volume)
    }

    seen = as_shown(volume.astype(np.uint16), replace(series, turn=turn))

    assert seen.shape == (3, shown.rows, shown.columns)
    for (index, row, column), value in np.ndenumerate(seen):
        assert shown.pixel_to_mm(index, row, column) == pytest.approx(lies[int(value)], abs=1e-9)
    # slices keep their numbers, whichever way they face
    assert shown.heights_mm == stored.heights_mm
    assert [shown.nearest(place) for place in shown.positions_mm] == [0, 1, 2]
    assert shown.centre_mm == pytest.approx(stored.centre_mm, abs=1e-9)
    assert dot(shown.right, shown.down) == pytest.approx(0.0, abs=1e-12)


def test_letters_follow(tmp_path: Path) -> None:
    series = a_series(tmp_path, "S", plane="COR")

    def edges(turn: str) -> str:
        found = edge_letters(Stack.of(replace(series, turn=turn)))
        return found.top + found.right + found.bottom + found.left

    # head, left, feet, right; round clockwise
    assert [edges(turn) for turn in ("", "90", "180", "270")] == ["HLFR", "RHLF", "FRHL", "LFRH"]
    assert edges("mirrored") == "HRFL"
    assert edges("mirrored-180") == "FLHR"


def test_a_turn_that_a_newer_program_wrote_turns_nothing() -> None:
    assert turned(SHEET, "45") is SHEET
