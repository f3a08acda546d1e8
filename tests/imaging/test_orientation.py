from __future__ import annotations

from math import cos, radians, sin
from pathlib import Path

import pytest

from tests.builders.series import Orientation, a_series
from workstation.imaging.geometry import Stack
from workstation.imaging.orientation import EdgeLetters, edge_letters, letters


@pytest.mark.parametrize(
    ("orientation", "expected"),
    [
        # the standard radiological presentations: PS3.3 C.7.6.2.1.1, LPS
        ((1, 0, 0, 0, 1, 0), EdgeLetters("R", "L", "A", "P")),
        ((1, 0, 0, 0, 0, -1), EdgeLetters("R", "L", "H", "F")),
        ((0, 1, 0, 0, 0, -1), EdgeLetters("A", "P", "H", "F")),
        # a wrist held over the head: the image turned round
        ((-1, 0, 0, 0, 0, 1), EdgeLetters("L", "R", "F", "H")),
    ],
    ids=["axial", "coronal", "sagittal", "turned"],
)
def test_the_edges_of_a_slice_bear_the_patients_sides(
    tmp_path: Path, orientation: Orientation, expected: EdgeLetters
) -> None:
    stack = Stack.of(a_series(tmp_path, "S", orientation=orientation))

    assert edge_letters(stack) == expected


@pytest.mark.parametrize(("degrees", "expected"), [(0, "L"), (15, "L"), (30, "LP"), (60, "PL"), (80, "P")])
def test_an_oblique_edge_bears_two_letters_the_stronger_first(degrees: int, expected: str) -> None:
    assert letters((cos(radians(degrees)), sin(radians(degrees)), 0.0)) == expected


def test_no_direction_has_no_letter() -> None:
    assert letters((0.0, 0.0, 0.0)) == ""
