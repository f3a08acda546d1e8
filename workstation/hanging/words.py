"""The words for a kind and a plane: one place, so that captions and reasons say the same. Closed vocabularies."""

from __future__ import annotations

KINDS = {
    "T1": "T1",
    "T2FS": "T2 fat-sat",
    "PD": "PD",
    "T1FSGD": "T1 post-Gd fat-sat",
}
"""The kinds that a layout may ask for. What wasn't recognised is OTHER, and no layout asks for it."""

PLANES = {"AX": "axial", "COR": "coronal", "SAG": "sagittal"}

VISITS = {1: "Baseline", 2: "Follow-up"}

_NOT_RECOGNISED = "Not recognised"


def caption(kind: str, plane: str) -> str:
    """As it stands in the corner of an image: "T1 post-Gd fat-sat, axial"."""
    return f"{KINDS.get(kind, _NOT_RECOGNISED)}, {PLANES.get(plane, 'oblique')}"


def described(kind: str, plane: str) -> str:
    """As it stands in a sentence: "axial T1 post-Gd fat-sat"."""
    return f"{PLANES.get(plane, 'oblique')} {KINDS.get(kind, 'series of unknown kind')}"
