"""Marks on radiographs: letters of lead or of a console are found, one as well as many; the bones alone never are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from tests.builders.burned_text import drawn
from workstation.intake.deidentify.lead_marks import lead_marks
from workstation.phantom.radiographs.films import FOOT, HAND, Film, film
from workstation.phantom.radiographs.illness import drawn as drawn_illness

VIEWS = ((HAND, "R"), (HAND, "L"), (FOOT, "R"), (FOOT, "L"))
ROWS = 1000
AT, SIZE = (730, 40), 40


@pytest.fixture(scope="module")
def films() -> dict[tuple[str, str], Film]:
    illness = drawn_illness(np.random.default_rng(5), every_grade=False)[0]
    return {view: film(view, illness, 1.0, ROWS, np.random.default_rng(6)) for view in VIEWS}


def found(picture: Film, values: NDArray[Any]) -> list[str]:
    spacing = (picture.pixel_mm, picture.pixel_mm)
    return [region.in_words() for region in lead_marks(values, spacing, inverted=picture.kind.inverted)]


def with_lead(picture: Film, text: str) -> NDArray[Any]:
    """Letters of lead: nothing comes through them."""
    lead = 0 if picture.kind.inverted else (1 << picture.kind.bits) - 1
    marked: NDArray[Any] = drawn(picture.values[np.newaxis], AT, SIZE, lead, text)[0]
    return marked


@pytest.mark.parametrize("view", VIEWS, ids=["right hand", "left hand", "right foot", "left foot"])
def test_bones_alone_are_no_text(view: tuple[str, str], films: dict[tuple[str, str], Film]) -> None:
    assert found(films[view], films[view].values) == []


@pytest.mark.parametrize("text", ["R", "R AB", "MILLER 1960"])
@pytest.mark.parametrize("view", VIEWS, ids=["right hand", "left hand", "right foot", "left foot"])
def test_letters_are_found(text: str, view: tuple[str, str], films: dict[tuple[str, str], Film]) -> None:
    picture = films[view]

    where = found(picture, with_lead(picture, text))

    assert where
    assert all(abs(int(region.split(",")[0]) - AT[0]) < SIZE for region in where), where


@pytest.mark.parametrize("view", VIEWS, ids=["right hand", "left hand", "right foot", "left foot"])
def test_a_letter_with_noise_and_a_blur_is_found_where_it_lies_in_the_air(
    view: tuple[str, str], films: dict[tuple[str, str], Film]
) -> None:
    """As on a plate: the lead isn't the brightest, no two of its values are alike, and its edge is soft."""
    picture = films[view]
    low, high = np.percentile(picture.values, (1, 99))
    lead = int(low + (high - low) * (0.3 if picture.kind.inverted else 0.7))
    marked = ndimage.gaussian_filter(drawn(picture.values[np.newaxis], AT, SIZE, lead, "R")[0].astype(float), 0.7)
    noise = np.random.default_rng(1).normal(0, 0.01 * (high - low), marked.shape)
    values = np.clip(marked + noise, 0, (1 << picture.kind.bits) - 1).astype(picture.values.dtype)

    (where,) = found(picture, values)

    row, column, rows, columns = map(int, where.split(","))
    assert abs(row + rows / 2 - (AT[0] + SIZE / 2)) < SIZE / 2
    assert abs(column + columns / 2 - (AT[1] + SIZE / 3)) < SIZE / 2


def test_a_collimators_shadow_is_no_mark(films: dict[tuple[str, str], Film]) -> None:
    picture = films[HAND, "R"]
    values = picture.values.copy()
    values[:, :60] = (1 << picture.kind.bits) - 1

    assert found(picture, values) == []


@pytest.mark.parametrize("shape", [(1, 1), (2, 600), (60, 48)])
@pytest.mark.parametrize("spacing", [(0.000001, 0.000001), (0.01, 0.01), (0.05, 5.0), (25.0, 25.0)])
def test_a_picture_of_next_to_no_pixels_or_size_ends_in_an_answer(
    shape: tuple[int, int], spacing: tuple[float, float]
) -> None:
    noise = np.random.default_rng(1).integers(200, 3900, shape, dtype=np.uint16)
    flat = np.full(shape, 4095, np.uint16)

    # nothing is taken for a letter where there is nothing to tell one by
    assert lead_marks(flat, spacing, inverted=False) == ()
    assert all(region.within(*shape) for region in lead_marks(noise, spacing, inverted=True))
