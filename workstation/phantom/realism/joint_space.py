"""Joint space from within: two cartilages in layers, fluid in pockets, bones that nearly touch elsewhere.

The carpometacarpal joints from the second on and those of the distal row hardly move. Their cartilages are thin and lie
on each other, and fibres run from bone to bone beside them (Viegas 1999, J Hand Surg 24A:1; Nakamura 2001, J Hand Surg
26B:8). The space there is narrow, and here and there the two plates can't be told apart.
"""

from __future__ import annotations

import numpy as np

from workstation.phantom.anatomy.fields import Field, Points, only_where, rise
from workstation.phantom.anatomy.sheet import Sheet
from workstation.phantom.anatomy.tissues import Material
from workstation.phantom.realism.looks import Looks

_DEEP = 0.42
"""Share of a cartilage's thickness that is its deep layer."""

_TOUCH_MM = 0.10
"""Half the width of the dark line where the two surfaces lie on each other."""


def tightness(looks: Looks, at: Points) -> Field:
    """How little a joint moves at a place, 0 to 1: the distal row and the carpometacarpal joints but the thumb's."""
    distal = rise(at.z - np.float32(1.0), 9.0) * rise(np.float32(26.0) - at.x - np.float32(0.2) * at.z, 6.0)
    result: Field = np.clip(distal * (np.float32(0.9) + np.float32(0.35) * looks.coarse.at(at, offset=277.0)), 0, 1)
    return result


def half_width_mm(looks: Looks, at: Points, tight: Field) -> Field:
    """How thick the cartilage is on either side of a joint space; in a tight one in places as good as nothing."""
    thick = looks.cartilage_mm(at)
    # some 0.9 mm for both where bones are tight, with stretches where nothing of the space is left
    gone = np.clip(looks.coarse.at(at, (0.75, 0.75, 0.75), 281.0) * np.float32(1.1) - np.float32(0.15), 0, 1)
    result: Field = thick * (1 - tight * np.float32(0.38)) * (1 - tight * gone)
    return result


def fill(looks: Looks, sheet: Sheet, bones: tuple[Field, Field], gap: Field, carpal: Field) -> None:
    """Put what lies in the joint gaps.

    bones: distance to the nearest and to the second nearest. gap: share of each pixel that is gap. carpal: 1 at the
    wrist, 0 beyond it.
    """
    bone, next_bone = bones
    at = sheet.at
    there = gap > 0
    tight = only_where(there, at, lambda here: tightness(looks, here))
    thick = only_where(there, at, lambda here: half_width_mm(looks, here, tight[there]))
    middle = np.float32(0.5) * np.abs(next_bone - bone)
    sheet.put(Material.NORMAL_SYNOVIUM, gap)
    # where bones are tight their plates reach the cartilage; where they gape it ends before the other one
    sheet.put(Material.CORTEX, gap * tight)
    free = sheet.cover(bone - thick, bone)
    layer = gap * (free * (1 - tight) + sheet.cover(middle - thick, middle) * tight)
    sheet.put(Material.CARTILAGE, layer)
    deep = sheet.cover(bone - np.float32(_DEEP) * thick, bone)
    sheet.put(Material.DEEP_CARTILAGE, layer * deep)
    wet, film = looks.wet(at)
    touching = sheet.cover(middle - np.float32(_TOUCH_MM)) * (1 - np.minimum(wet * 2, 1))
    sheet.put(Material.LIGAMENT, layer * touching * np.float32(0.55))
    dark = np.minimum(looks.dark_in_gap(at) + np.float32(0.22) * tight, np.float32(0.9))
    sheet.put(Material.LIGAMENT, gap * carpal * dark)
    sheet.put(Material.FLUID, gap * carpal * sheet.cover(middle - film) * wet * (1 - np.float32(0.8) * tight))
