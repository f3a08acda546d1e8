from __future__ import annotations

import pytest

from storage.records import Vector3
from workstation.imaging.rigid import UNTURNED, Matrix3, Rigid
from workstation.registering.proposal import Declined, OnePlane, Proposal, decided

# 40 degrees about z
FAR: Matrix3 = ((0.766044, -0.642788, 0.0), (0.642788, 0.766044, 0.0), (0.0, 0.0, 1.0))


def plane(
    shift: Vector3 = (1.0, 0.0, 0.0), *, correlation: float = 0.95, overlap: float = 0.9, rotation: Matrix3 = UNTURNED
) -> OnePlane:
    return OnePlane(Rigid(rotation, shift), correlation, overlap, (0.0, 0.0, 0.0))


def test_the_axial_answer_is_proposed_with_how_far_the_coronal_one_lies_from_it() -> None:
    found = decided({"COR": plane((1.0, 0.0, 0.4), correlation=0.91), "AX": plane()})

    assert found == Proposal(Rigid(UNTURNED, (1.0, 0.0, 0.0)), 0.91, pytest.approx(0.4))  # type: ignore[arg-type]
    assert isinstance(found, Proposal)
    assert found.quality == "axial and coronal T1 agree to 0.4 mm, similarity of the T1 images 91%"


def test_one_plane_alone_is_proposed_without_the_check() -> None:
    found = decided({"COR": plane()})

    assert isinstance(found, Proposal)
    assert found.apart_mm is None
    assert found.quality == "similarity of the T1 images 95%"


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ({}, "need a T1 series"),
        ({"AX": plane(correlation=0.5)}, "similarity 50%"),
        ({"AX": plane(correlation=float("nan"))}, "similarity nan%"),
        ({"AX": plane(overlap=0.2)}, "only 20% of the wrist"),
        ({"AX": plane(rotation=FAR)}, "turned by 40 degrees"),
        ({"AX": plane(), "COR": plane((1.0, 2.0, 0.0))}, "differ by 2.0 mm"),
    ],
)
def test_what_cannot_be_believed_is_declined_with_the_reason(found: dict[str, OnePlane], said: str) -> None:
    outcome = decided(found)

    assert isinstance(outcome, Declined)
    assert said in outcome.reason
