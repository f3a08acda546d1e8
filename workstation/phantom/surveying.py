"""Survey of one infinitely thin sheet of the hand: distances to all that is painted or counted. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workstation.phantom.anatomy.bones import FAR_MM
from workstation.phantom.anatomy.fields import Field, Points
from workstation.phantom.anatomy.sheet import Sheet
from workstation.phantom.hand import Hand

_MARGIN_MM = 5.0
_SPANS_MM, _SOFT_MM = 9.0, np.float32(2.2)


@dataclass(frozen=True, slots=True)
class Distances:
    """Distances over a whole sheet, FAR_MM where nothing is near.

    bones: per bone the part and the distance there. bone, next_bone: to the nearest and to the second nearest bone.
    tendon: to the nearest tendon; areas: the same by area. nerve: to the median nerve. common: where the points lie in
    the common shapes of the bones.
    """

    bones: dict[str, tuple[tuple[slice, slice], Field]]
    bone: Field
    next_bone: Field
    tendon: Field
    areas: dict[str, Field]
    nerve: Field
    common: Points

    def firm(self) -> Field:
        """Distance to the tendons and the median nerve, the hollows between neighbours filled, as skin spans them."""
        fields = [*self.areas.values(), self.nerve]
        near = np.minimum(self.tendon, self.nerve) < np.float32(_SPANS_MM)
        found = np.full(self.tendon.shape, FAR_MM, np.float32)
        found[near] = -_SOFT_MM * np.log(sum(np.exp(field[near] * np.float32(-1 / _SOFT_MM)) for field in fields))
        return found

    def others(self, area: str) -> Field:
        """Distance to what the swelling of an area can't take: tendons of another, the median nerve."""
        nearest = self.nerve
        for other, distance in self.areas.items():
            if other != area:
                nearest = np.minimum(nearest, distance)
        return nearest


@dataclass(frozen=True, slots=True)
class Surveyed:
    """The part of a sheet that may hold tissue: where it lies in the whole, its points and the distances there."""

    part: tuple[slice, slice]
    at: Points
    pixel_mm: float
    slab_mm: float
    distances: Distances


def survey(hand: Hand, at: Points, pixel_mm: float, slab_mm: float = 0.0) -> Surveyed | None:
    """What lies where on a sheet of points (rows x columns), for a slab of it; None when all of it is air."""
    empty = np.zeros((0, *at.x.shape), np.float32)
    bent = hand.bend is not None
    whole = Sheet.over(at, pixel_mm, slab_mm, empty, {}, bent=bent)
    part = whole.part(((-44.0, -44.0, -120.0), (66.0, 34.0, 120.0)))
    if part is None:
        return None
    within = at.crop(*part)
    sheet = Sheet.over(within, pixel_mm, slab_mm, empty, {}, bent=bent)
    return Surveyed(part, within, pixel_mm, slab_mm, _distances(hand, sheet))


def _distances(hand: Hand, sheet: Sheet) -> Distances:
    shape = sheet.at.x.shape
    nearest, second = np.full(shape, FAR_MM, np.float32), np.full(shape, FAR_MM, np.float32)
    bones: dict[str, tuple[tuple[slice, slice], Field]] = {}
    uneven, common = hand.skeleton.unevenness(sheet.at), hand.skeleton.common(sheet.at)
    for bone in hand.skeleton.bones.values():
        part = sheet.part(bone.box(_MARGIN_MM))
        if part is None:
            continue
        distance = hand.skeleton.distance(bone.code, sheet.at.crop(*part), uneven[part], common=common.crop(*part))
        bones[bone.code] = (part, distance)
        second[part] = np.minimum(second[part], np.maximum(nearest[part], distance))
        nearest[part] = np.minimum(nearest[part], distance)
    areas: dict[str, Field] = {}
    for tube in hand.tubes:
        part = sheet.part(tube.box(9.0, sheet.low[2] - 1.0, sheet.high[2] + 1.0))
        if part is not None:
            area = areas.setdefault(tube.area, np.full(shape, FAR_MM, np.float32))
            area[part] = np.minimum(area[part], tube.distance(sheet.at.crop(*part)))
    tendon = np.full(shape, FAR_MM, np.float32)
    for area in areas.values():
        tendon = np.minimum(tendon, area)
    nerve = np.full(shape, FAR_MM, np.float32)
    if (part := sheet.part(hand.nerve.box(9.0, sheet.low[2] - 1.0, sheet.high[2] + 1.0))) is not None:
        nerve[part] = hand.nerve.distance(sheet.at.crop(*part))
    return Distances(bones, nearest, second, tendon, areas, nerve, common)
