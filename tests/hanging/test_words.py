"""Words for kinds and planes: as they stand at an image, and as they stand in a sentence."""

from __future__ import annotations

import pytest

from workstation.hanging.words import VISITS, caption, described


def test_the_first_visit_is_the_baseline_and_the_second_the_follow_up() -> None:
    assert VISITS == {1: "Baseline", 2: "Follow-up"}


@pytest.mark.parametrize(
    ("kind", "plane", "at_an_image", "in_a_sentence"),
    [
        ("T1", "COR", "T1, coronal", "coronal T1"),
        ("T1FSGD", "AX", "T1 post-Gd fat-sat, axial", "axial T1 post-Gd fat-sat"),
        ("OTHER", "COR", "Not recognised, coronal", "coronal series of unknown kind"),
        ("T1", "OBL", "T1, oblique", "oblique T1"),
    ],
)
def test_a_kind_and_a_plane_are_named_in_that_order_at_an_image_and_turned_in_a_sentence(
    kind: str, plane: str, at_an_image: str, in_a_sentence: str
) -> None:
    assert (caption(kind, plane), described(kind, plane)) == (at_an_image, in_a_sentence)
