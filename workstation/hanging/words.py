"""The words for a kind and a plane in captions and reasons. What wasn't recognised is OTHER: no layout asks for it."""

from __future__ import annotations

from scoring.schemes.modalities import KIND_WORDS, PLANE_WORDS

VISITS = {1: "Baseline", 2: "Follow-up"}

_NOT_RECOGNISED = "Not recognised"


def caption(kind: str, plane: str) -> str:
    """As it stands in the corner of an image: "T1 post-Gd fat-sat, axial"."""
    return f"{KIND_WORDS.get(kind, _NOT_RECOGNISED)}, {PLANE_WORDS.get(plane, 'oblique')}"


def described(kind: str, plane: str) -> str:
    """As it stands in a sentence: "axial T1 post-Gd fat-sat"."""
    return f"{PLANE_WORDS.get(plane, 'oblique')} {KIND_WORDS.get(kind, 'series of unknown kind')}"
