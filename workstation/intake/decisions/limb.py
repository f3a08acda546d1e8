"""Limb in the magnet: along which axis a forearm lay, by its pictures, and what that says of a plane. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

# along which patient axis a limb runs through the pictures of a series; a limb that is cut runs through none
LEFT_RIGHT, FRONT_BACK, HEAD_FEET, CUT = "LR", "AP", "HF", "cut"
AX, COR, SAG = "AX", "COR", "SAG"
# the plane of the magnet that cuts a limb along each axis, and what the two others are likeliest
CUT_BY: Mapping[str, str] = {LEFT_RIGHT: SAG, FRONT_BACK: COR, HEAD_FEET: AX}
# palm down with the forearm across; palm down or up with the forearm in front of the chest
LIKELIEST: Mapping[str, Mapping[str, str]] = {LEFT_RIGHT: {COR: COR, AX: SAG}, FRONT_BACK: {AX: COR, SAG: SAG}}
ALONG = {LEFT_RIGHT: "from left to right", FRONT_BACK: "from front to back", HEAD_FEET: "from head to feet"}

# PatientPosition in words
WAYS = {"HF": "head first", "FF": "feet first"}
LYING = {"S": "on the back", "P": "on the front", "DR": "on the right side", "DL": "on the left side"}


def axis_of(shown: Iterable[tuple[str, str]]) -> str:
    """The axis along which the limb of a visit lay, "" where its series don't all tell one.

    Args:
        shown: plane in the magnet, and `runs_along`, of each series. One along the limb and one across it are wanted.
    """
    here = [(magnet, runs) for magnet, runs in shown if runs]
    along = {runs for _, runs in here} - {CUT}
    cut = {magnet for magnet, runs in here if runs == CUT}
    return next(iter(along)) if len(along) == 1 and cut == {CUT_BY[next(iter(along))]} else ""


def likeliest(magnet: str, axis: str) -> str:
    """The plane of the wrist of a series that lies so in the magnet."""
    return AX if magnet == CUT_BY[axis] else LIKELIEST.get(axis, {}).get(magnet, magnet)


def fits(plane: str, magnet: str, axis: str) -> bool:
    """Whether a plane of the wrist can be that of a series: axial slices cut the limb, no others do."""
    return not axis or (plane == AX) == (magnet == CUT_BY[axis])


def in_words(magnet: str, axis: str) -> str:
    """What the pictures show, as a sentence's part."""
    how = "across" if magnet == CUT_BY[axis] else "lengthwise"
    return f"its pictures cut the limb {how}, which lay {ALONG[axis]} in the magnet"


def lying(position: str) -> str:
    """How a patient lay, from PatientPosition (PS3.3 C.7.3.1.1.2), in words; as written where it is no such value."""
    way, side = WAYS.get(position[:2], ""), LYING.get(position[2:], "")
    return f"{way} {side}" if way and side else position
