"""Painter of the soft parts of pictures that aren't easy: skin, fat, muscles that fill their places, vessels, bands.

Each function puts one kind of tissue onto a sheet, over what lies there.
"""

from __future__ import annotations

import numpy as np

from workstation.phantom.anatomy import flesh, soft_parts
from workstation.phantom.anatomy.bones import FAR_MM, Skeleton
from workstation.phantom.anatomy.fields import Field, Points, coverage, grown, only_where, rise
from workstation.phantom.anatomy.own_shape import MOST_MM
from workstation.phantom.anatomy.sheet import Sheet, around
from workstation.phantom.anatomy.tissues import Material
from workstation.phantom.realism.looks import Looks

FAT_MM = 2.6
"""Usual thickness of the fat under the skin of the back of the hand."""

_FATTY = 0.12
"""Share of fat in the fattest muscle beyond that in the leanest."""

_WINDS_MM = 5.0
"""How far a vein may lie from its straight course, wound and lowered."""


def layers(looks: Looks, sheet: Sheet, skin: Field, plumper_mm: float) -> tuple[Field, Field]:
    """Thickness of the skin and depth of the fascia: thicker in the palm; the outermost skin is another layer.

    skin: distance to its surface. plumper_mm: by how much the fat is thicker than at the first visit.
    """
    at = sheet.at
    palm = np.clip((np.float32(-4.0) - at.y) / 8, 0, 1)
    uneven = looks.coarse.at(at, (3.0, 3.0, 4.0), 137.0)
    skin_mm = np.maximum(np.float32(0.8) + np.float32(0.7) * palm + np.float32(0.25) * uneven, np.float32(0.4))
    sheet.put(Material.EPIDERMIS, sheet.cover(np.abs(skin + np.float32(0.2)) - np.float32(0.2)))
    fat_mm = np.float32(FAT_MM * looks.fatness + plumper_mm) - np.float32(0.1) * palm + np.float32(0.5) * uneven
    return skin_mm, fat_mm + skin_mm


def aponeurosis(looks: Looks, sheet: Sheet, skin: Field, fat_mm: Field | np.float32) -> None:
    """The fan of fibres under the fat of the palm, torn into strands towards the fingers."""
    at = sheet.at
    fan = rise(np.float32(3.0) + np.float32(0.4) * (at.z - np.float32(8.0)) - np.abs(at.x - np.float32(3.0)), 3)
    palm = fan * rise(np.float32(-11.0) - at.y, 2) * rise(at.z - np.float32(12.0), 4)
    strands = np.clip(np.float32(0.6) + np.float32(0.5) * looks.fine.at(at, (2.0, 2.0, 8.0), 139.0), 0, 1)
    layer = np.abs(skin + fat_mm + np.float32(0.3)) - np.float32(0.35)
    sheet.put(Material.LIGAMENT, coverage(layer, sheet.pixel_mm) * palm * strands)


def bundles(looks: Looks, sheet: Sheet, deep: Field, streaks: Field) -> None:
    """Muscles that fill the room they have, up to the fascia and to each other, with a thin layer of fat between."""
    nearest, second = (np.full(sheet.at.x.shape, FAR_MM, np.float32) for _ in range(2))
    # two muscles meet in a surface that is bent, not where they are equally far
    bent = np.float32(1.1) * looks.coarse.at(sheet.at, (1.5, 1.5, 5.0), 263.0)
    lean = np.zeros(sheet.at.x.shape, np.float32)
    for number, bundle in enumerate(soft_parts.BUNDLES):
        if (part := sheet.part(grown(bundle.shape.box(), bundle.room_mm + 3.0))) is not None:
            distance = bundle.shape.distance(sheet.at.crop(*part)) - np.float32(bundle.room_mm)
            distance += bent[part] * np.float32(1 if number % 2 else -1)
            # no two muscles are of one grey: each has its own share of fat, of a low-discrepancy sequence
            fatty = np.float32(_FATTY * ((looks.fatness * 7 + number * 0.618) % 1))
            lean[part] = np.where(distance < nearest[part], 1 - fatty, lean[part])
            second[part] = np.minimum(second[part], np.maximum(nearest[part], distance))
            nearest[part] = np.minimum(nearest[part], distance)
    if (part := around(nearest < np.float32(1.5))) is None:
        return
    at = sheet.at.crop(*part)
    # none lies behind the metacarpals, where the extensors run
    back = at.y - np.float32(5.4) - np.float32(0.13) * np.minimum(at.x, 0) - np.clip((12 - at.z) * 2, 0, 30)
    back = back + np.float32(0.06) * np.maximum(-20 - at.x, 0) ** 2
    belly = np.maximum(np.maximum(nearest[part], deep[part]), back)
    uneven = np.float32(0.45) * looks.coarse.at(at, (1.7, 1.7, 4.0), 151.0)
    apart = np.float32(0.5) * (second[part] - nearest[part]) - np.float32(0.2) + np.float32(0.5) * uneven
    fat = coverage(apart, sheet.pixel_mm) * looks.between_muscles(at)
    inside = sheet.cover(belly + uneven, belly)
    sheet.put(Material.MUSCLE, inside * lean[part] * (1 - streaks[part]) * (1 - fat), part)
    deep_in = belly < np.float32(-0.6)
    sheet.put(Material.FAT, only_where(deep_in, at, looks.patches_in_muscle), part)
    cords = only_where(deep_in, at, lambda here: looks.rods(here, 0.34, (1.3, 1.3, 8.0), 241.0))
    sheet.put(Material.LIGAMENT, cords * np.float32(0.75), part)
    vessels = only_where(deep_in, at, lambda here: looks.rods(here, 0.20, (1.5, 1.5, 6.0), 251.0))
    sheet.put(Material.VEIN, vessels * looks.here_and_there(at), part)


def strands(looks: Looks, sheet: Sheet) -> None:
    """Vessels and the ulnar nerve: pressed, and veins winding. Those of the back lie lower, where there is less fat."""
    for material, strand in flesh.STRANDS:
        winds = material is Material.VEIN
        if (part := sheet.part(grown(strand.box(), _WINDS_MM if winds else 0.5))) is None:
            continue
        here = sheet.at.crop(*part)
        lower: Field = np.float32(2.0) * np.clip((here.y - np.float32(2.0)) / np.float32(6.0), 0, 1)
        at = looks.winding(here) if winds else here
        smooth = strand.distance(Points(at.x, at.y + lower, at.z))
        distance = smooth + np.float32(0.22) * looks.coarse.at(here, (1.2, 1.2, 4.0), 163.0)
        if material is Material.ARTERY:
            # its wall
            sheet.put(Material.LIGAMENT, sheet.cover(distance - np.float32(0.35), smooth) * np.float32(0.6), part)
        flow = looks.flow(here) if winds else np.float32(1.0)
        sheet.put(material, sheet.cover(distance, smooth) * flow, part)
        if material is Material.NERVE:
            sheet.put(Material.FAT, sheet.cover(distance + np.float32(0.2)) * looks.between_fascicles(here), part)


def ligaments(skeleton: Skeleton, looks: Looks, sheet: Sheet, common: Points) -> None:
    """Ligaments from bone to bone as bundles of fibres, and the limbs by which the disc holds to the ulna."""
    limbs = (soft_parts.Band("limb", shape) for shape in soft_parts.limbs(skeleton.proportions))
    for band in (*soft_parts.BANDS, *limbs):
        if (part := sheet.part(grown(band.shape.box(), MOST_MM))) is not None:
            at = sheet.at.crop(*part)
            smooth = band.shape.distance(common.crop(*part))
            inside = sheet.cover(smooth + np.float32(0.25) * looks.coarse.at(at, offset=157.0), smooth)
            sheet.put(Material.LIGAMENT, inside * (np.float32(band.dark) * looks.fibres(at)), part)
