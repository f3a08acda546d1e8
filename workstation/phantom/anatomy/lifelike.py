"""The fifteen bones with the shapes that they have in life, for pictures that aren't easy. Pure."""

from __future__ import annotations

from functools import lru_cache

from workstation.phantom.anatomy.bone_shapes import CODES, COMMON, Bone, Proportions
from workstation.phantom.anatomy.carpals import carpals
from workstation.phantom.anatomy.long_bones import long_bones


@lru_cache(maxsize=8)
def lifelike_bones(proportions: Proportions = COMMON) -> dict[str, Bone]:
    """The bones of a wrist by code, in carving order."""
    every = (*carpals(hamate_facet=proportions.hamate_facet), *long_bones(proportions))
    found = {bone.code: bone for bone in every}
    return {code: found[code] for code in CODES}
