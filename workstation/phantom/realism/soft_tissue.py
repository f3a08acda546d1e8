"""Painter of the soft parts of pictures that aren't easy: skin, fat, muscles that fill their places, vessels, bands.

Each function puts one kind of tissue onto a sheet, over what lies there.
"""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

from workstation.phantom.anatomy import flesh, soft_parts
from workstation.phantom.anatomy.bones import FAR_MM, Skeleton
from workstation.phantom.anatomy.fields import Cone, Field, Points, coverage, grown, only_where, rise
from workstation.phantom.anatomy.own_shape import MOST_MM
from workstation.phantom.anatomy.sheet import Sheet, around
from workstation.phantom.anatomy.tissues import Material
from workstation.phantom.realism import muscle
from workstation.phantom.realism.looks import Looks

FAT_MM = 2.6
"""Usual thickness of the fat under the skin of the back of the hand."""

# Where the fat under the skin is thicker than usual, and where thinner: place, reach along x, y and z, and by how many
# times. After the only real hand at hand, T1 at 1.2 mm (STS_019 of the IBSI's set): thickest in the pad of the little
# finger's ball and in the first web, thin over the ball of the thumb and the back of the wrist.
_PADS: tuple[tuple[tuple[float, float, float], tuple[float, float, float], float], ...] = (
    ((-29.0, -15.0, 14.0), (9.0, 9.0, 20.0), 0.7),
    ((-26.0, -4.0, 36.0), (9.0, 8.0, 22.0), 0.1),
    ((34.0, -27.0, 34.0), (19.0, 13.0, 30.0), -0.95),
    ((4.0, -22.0, 34.0), (15.0, 7.0, 20.0), -0.75),
    ((2.0, 14.0, -14.0), (22.0, 9.0, 20.0), -0.5),
    ((2.0, -19.0, -20.0), (14.0, 7.0, 16.0), -0.4),
    ((30.0, 8.0, 34.0), (9.0, 9.0, 16.0), 0.6),
    ((26.0, 2.0, -50.0), (9.0, 12.0, 20.0), 0.6),
)

_SINKS = 0.4
"""How much of the fat that a thin hand lacks is seen from outside."""

_FATTY = 0.12
"""Share of fat in the fattest muscle beyond that in the leanest."""

_WINDS_MM = 5.0
"""How far a vein may lie from its straight course, wound and lowered."""


def stands_out_mm(looks: Looks) -> float:
    """How far the skin lies outside that of a hand of usual fatness. Over a thin one's tendons it can't sink far."""
    return FAT_MM * (looks.fatness - 1) * (1.0 if looks.fatness > 1 else _SINKS)


def layers(looks: Looks, sheet: Sheet, skin: Field, plumper_mm: float) -> tuple[Field, Field]:
    """Thickness of the skin and depth of the fascia: thicker in the palm; the outermost skin is another layer.

    skin: distance to its surface. plumper_mm: by how much the fat is thicker than at the first visit.
    """
    at = sheet.at
    palm = np.clip((np.float32(-4.0) - at.y) / 8, 0, 1)
    uneven = looks.coarse.at(at, (3.0, 3.0, 4.0), 137.0)
    skin_mm = np.maximum(np.float32(0.8) + np.float32(0.7) * palm + np.float32(0.25) * uneven, np.float32(0.4))
    sheet.put(Material.EPIDERMIS, sheet.cover(np.abs(skin + np.float32(0.2)) - np.float32(0.2)))
    fat_mm = np.float32(FAT_MM * looks.fatness) * pads(at) + np.float32(plumper_mm)
    fat_mm = fat_mm * (1 + np.float32(0.22) * uneven)
    return skin_mm, np.maximum(fat_mm, np.float32(0.3)) + skin_mm


def pads(at: Points) -> Field:
    """How many times as thick as usual the fat under the skin is at a place."""
    found = np.ones(at.x.shape, np.float32)
    for centre, reach, times in _PADS:
        away = sum(
            ((axis - np.float32(middle)) * np.float32(1 / along)) ** 2
            for axis, middle, along in zip((at.x, at.y, at.z), centre, reach, strict=True)
        )
        found += np.float32(times) * np.exp(-np.minimum(away, np.float32(20.0)))
    result: Field = np.maximum(found, np.float32(0.15))
    return result


def aponeurosis(looks: Looks, sheet: Sheet, skin: Field, fat_mm: Field | np.float32) -> None:
    """The fan of fibres under the fat of the palm, torn into strands towards the fingers."""
    at = sheet.at
    fan = rise(np.float32(3.0) + np.float32(0.4) * (at.z - np.float32(8.0)) - np.abs(at.x - np.float32(3.0)), 3)
    palm = fan * rise(np.float32(-11.0) - at.y, 2) * rise(at.z - np.float32(12.0), 4)
    strands = np.clip(np.float32(0.6) + np.float32(0.5) * looks.fine.at(at, (2.0, 2.0, 8.0), 139.0), 0, 1)
    layer = np.abs(skin + fat_mm + np.float32(0.3)) - np.float32(0.35)
    sheet.put(Material.LIGAMENT, coverage(layer, sheet.pixel_mm) * palm * strands)


def bundles(looks: Looks, sheet: Sheet, deep: Field) -> None:
    """Muscles that fill the room they have, up to the fascia and to each other, with a thin layer of fat between."""
    nearest, second = (np.full(sheet.at.x.shape, FAR_MM, np.float32) for _ in range(2))
    # two muscles meet in a surface that is bent, not where they are equally far
    bent = np.float32(1.1) * looks.coarse.at(sheet.at, (1.5, 1.5, 5.0), 263.0)
    whose = np.full(sheet.at.x.shape, -1, np.int8)
    for number, bundle in enumerate(soft_parts.BUNDLES):
        if (part := sheet.part(grown(bundle.shape.box(), bundle.room_mm + 3.0))) is not None:
            distance = bundle.shape.distance(sheet.at.crop(*part)) - np.float32(bundle.room_mm)
            distance += bent[part] * np.float32(1 if number % 2 else -1)
            whose[part][distance < nearest[part]] = number
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
    lean, cords = _within(looks, at, whose[part], belly < np.float32(1.5))
    sheet.put(Material.MUSCLE, inside * lean * (1 - fat), part)
    deep_in = belly < np.float32(-0.6)
    sheet.put(Material.FAT, only_where(deep_in, at, looks.patches_in_muscle), part)
    sheet.put(Material.TENDON, cords * sheet.cover(belly + np.float32(0.4)), part)
    vessels = only_where(deep_in, at, lambda here: looks.rods(here, 0.20, (1.5, 1.5, 6.0), 251.0))
    sheet.put(Material.VEIN, vessels * looks.here_and_there(at), part)


def _within(looks: Looks, at: Points, whose: NDArray[np.int8], near: NDArray[np.bool_]) -> tuple[Field, Field]:
    """Share of lean muscle, and that of the tendon at its ends, in the bundle that each place is of."""
    lean, cords = np.ones(at.x.shape, np.float32), np.zeros(at.x.shape, np.float32)
    for number, bundle in enumerate(soft_parts.BUNDLES):
        of_it = near & (whose == number)
        if not of_it.any():
            continue
        along, near_end = muscle.along_fibres(bundle.shape, at.where(of_it))
        # no two muscles are of one grey: each has its own share of fat, of a low-discrepancy sequence
        fatty = np.float32(_FATTY * ((looks.fatness * 7 + number * 0.618) % 1))
        lean[of_it] = (1 - fatty) * (1 - muscle.feather(looks, along, number))
        if near_end.any():
            cords[of_it] = muscle.end_tendon(looks, along, near_end)
    return lean, cords


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
        if material is Material.NERVE and isinstance(strand, Cone):
            deep_in = sheet.cover(distance + np.float32(0.2))
            between = only_where(deep_in > 0, here, partial(looks.between_fascicles, middle=strand.start[:2]))
            sheet.put(Material.FAT, deep_in * between, part)


def ligaments(skeleton: Skeleton, looks: Looks, sheet: Sheet, common: Points) -> None:
    """Ligaments from bone to bone as bundles of fibres, and the limbs by which the disc holds to the ulna."""
    limbs = (soft_parts.Band("limb", shape) for shape in soft_parts.limbs(skeleton.proportions))
    for band in (*soft_parts.BANDS, *limbs):
        if (part := sheet.part(grown(band.shape.box(), MOST_MM))) is not None:
            at = sheet.at.crop(*part)
            smooth = band.shape.distance(common.crop(*part))
            inside = sheet.cover(smooth + np.float32(0.25) * looks.coarse.at(at, offset=157.0), smooth)
            sheet.put(Material.LIGAMENT, inside * (np.float32(band.dark) * looks.fibres(at)), part)
