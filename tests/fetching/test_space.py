"""Space that a case takes: all of it as soon as one of its images is here, since the others may be on their way."""

from __future__ import annotations

from scoring.values import replace
from storage.apart import arrived
from storage.files.layout import IMAGES_FOLDER
from tests.fetching.conftest import Elsewhere
from workstation.fetching.space import beyond, reserved


def test_a_case_takes_nothing_before_an_image_is_here_and_all_of_it_from_the_first_on(elsewhere: Elsewhere) -> None:
    images = elsewhere.images
    case, items = next(iter(images.cases.items()))
    whole = sum(item.size for item in items)
    assert len(items) > 1
    assert reserved(elsewhere.copy, images, case) == 0

    for number, item in enumerate(items):
        file = elsewhere.copy / IMAGES_FOLDER / item.name
        file.parent.mkdir(parents=True, exist_ok=True)
        # as long as the image: what is in it is looked at when it is shown
        file.write_bytes(b"\0" * item.size)
        assert arrived.is_here(elsewhere.copy / IMAGES_FOLDER, item)
        assert reserved(elsewhere.copy, images, case) == whole, number


def test_another_case_has_no_more_room_than_what_is_not_reserved(elsewhere: Elsewhere) -> None:
    images = elsewhere.images
    first, second = list(images.cases)[:2]
    sizes = {case: sum(item.size for item in images.cases[case]) for case in (first, second)}
    one = images.cases[first][0]
    file = elsewhere.copy / IMAGES_FOLDER / one.name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"\0" * one.size)

    just = replace(images, space_gb=(sizes[first] + sizes[second]) / 1e9)
    assert beyond(elsewhere.copy, just, second) == 0
    less = replace(images, space_gb=(sizes[first] + sizes[second] - 1) / 1e9)
    assert beyond(elsewhere.copy, less, second) == 1
