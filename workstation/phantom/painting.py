"""Paint one infinitely thin sheet of the hand, tissue over tissue, for several contrasts at once. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workstation.phantom import flesh
from workstation.phantom.bones import BONES, FAR_MM
from workstation.phantom.fields import Field, Point, Points, coverage, ripple
from workstation.phantom.hand import Hand
from workstation.phantom.lesions import CAPSULES, compartment
from workstation.phantom.tissues import Material

Colours = Mapping[Material, NDArray[np.float32]]
"""Signal of each material, one number per contrast."""

_MARGIN_MM = 5.0
_EVERY = 4
_TIGHT_MM = 2.0
_EXTENSORS = ("E1", "E2", "E3", "E4", "E5", "E6")


@dataclass(frozen=True, slots=True)
class Sheet:
    """Points of a sheet (rows x columns), its pixel in mm, and the picture so far (contrast x rows x columns).

    low, high: corners of a box that holds all of it.
    """

    at: Points
    pixel_mm: float
    picture: NDArray[np.float32]
    colours: Colours
    low: Point
    high: Point

    @classmethod
    def over(cls, at: Points, pixel_mm: float, picture: NDArray[np.float32], colours: Colours) -> Sheet:
        """A sheet over points that lie in a plane, so that its corners bound it."""
        corners = [[float(axis[row, column]) for row in (0, -1) for column in (0, -1)] for axis in (at.x, at.y, at.z)]
        low, high = ([edge(values) for values in corners] for edge in (min, max))
        return cls(at, pixel_mm, picture, colours, (low[0], low[1], low[2]), (high[0], high[1], high[2]))

    def put(self, material: Material, share: Field, part: tuple[slice, slice] = (slice(None), slice(None))) -> None:
        """Cover `share` of each pixel of a part with a material."""
        target = self.picture[:, part[0], part[1]]
        target += share * (self.colours[material][:, None, None] - target)

    def part(self, box: tuple[Point, Point] | None) -> tuple[slice, slice] | None:
        """A rectangle with all points in a box, at most some pixels too large; None when there is none."""
        if box is None:
            return None
        # Every fourth point each way decides, for a box larger by as much as such a point can lie off.
        slack = _EVERY * self.pixel_mm
        low, high = box
        if any(a > b or c < d for a, b, c, d in zip(low, self.high, high, self.low, strict=True)):
            return None
        larger = ((low[0] - slack, low[1] - slack, low[2] - slack), (high[0] + slack, high[1] + slack, high[2] + slack))
        inside = self.at.crop(slice(None, None, _EVERY), slice(None, None, _EVERY)).within(larger)
        rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
        if not len(rows):
            return None
        return (
            slice(max(0, int(rows[0] - 1) * _EVERY), int(rows[-1] + 1) * _EVERY),
            slice(max(0, int(columns[0] - 1) * _EVERY), int(columns[-1] + 1) * _EVERY),
        )


@dataclass(frozen=True, slots=True)
class Distances:
    """Distances over a whole sheet, FAR_MM where nothing is near.

    bones: per bone the part and the distance there. bone, next_bone: to the nearest and to the second nearest bone.
    tendon: to the nearest tendon; areas: the same by area.
    """

    bones: dict[str, tuple[tuple[slice, slice], Field]]
    bone: Field
    next_bone: Field
    tendon: Field
    areas: dict[str, Field]

    def others(self, area: str) -> Field:
        """Distance to the nearest tendon of another area."""
        nearest = np.full(self.tendon.shape, FAR_MM, np.float32)
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
    distances: Distances


def survey(hand: Hand, at: Points, pixel_mm: float) -> Surveyed | None:
    """What lies where on a sheet of points (rows x columns); None when all of it is air."""
    empty = np.zeros((0, *at.x.shape), np.float32)
    part = Sheet.over(at, pixel_mm, empty, {}).part(((-44.0, -36.0, -120.0), (66.0, 34.0, 120.0)))
    if part is None:
        return None
    within = at.crop(*part)
    return Surveyed(part, within, pixel_mm, _distances(hand, Sheet.over(within, pixel_mm, empty, {})))


def paint(hand: Hand, surveyed: Surveyed, colours: Colours, onto: NDArray[np.float32], weight: float = 1.0) -> None:
    """Add the signal of a sheet, times a weight, to a picture (contrast x rows x columns of the whole sheet)."""
    contrasts = len(next(iter(colours.values())))
    distances = surveyed.distances
    picture = np.zeros((contrasts, *surveyed.at.x.shape), np.float32)
    sheet = Sheet.over(surveyed.at, surveyed.pixel_mm, picture, colours)
    swelling, depths = _swelling(hand, sheet, distances)
    _flesh(hand, sheet, distances, swelling)
    _joints(sheet, distances)
    _bones(hand, sheet, distances)
    _synovitis(hand, sheet, distances)
    _tendons(sheet, distances, depths)
    grain = 1 + np.float32(0.035) * hand.texture.at(sheet.at)
    onto[:, surveyed.part[0], surveyed.part[1]] += picture * (grain * np.float32(weight))


def _distances(hand: Hand, sheet: Sheet) -> Distances:
    shape = sheet.at.x.shape
    nearest, second = np.full(shape, FAR_MM, np.float32), np.full(shape, FAR_MM, np.float32)
    bones: dict[str, tuple[tuple[slice, slice], Field]] = {}
    uneven = hand.skeleton.unevenness(sheet.at)
    for bone in BONES:
        part = sheet.part(bone.box(_MARGIN_MM))
        if part is None:
            continue
        distance = hand.skeleton.distance(bone.code, sheet.at.crop(*part), uneven[part])
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
    return Distances(bones, nearest, second, tendon, areas)


def _swelling(hand: Hand, sheet: Sheet, distances: Distances) -> tuple[Field, dict[str, Field]]:
    """Distance to the nearest swollen sheath, and to each by area."""
    depths: dict[str, Field] = {}
    for area, sheath in hand.lesions.sheaths.items():
        if area in distances.areas and (part := _around(distances.areas[area] < sheath.target_mm + 6)) is not None:
            depths[area] = np.full(sheet.at.x.shape, FAR_MM, np.float32)
            depths[area][part] = sheath.depth(sheet.at.crop(*part), distances.areas[area][part])
    nearest = np.minimum(np.full(sheet.at.x.shape, FAR_MM, np.float32), distances.tendon)
    for depth in depths.values():
        nearest = np.minimum(nearest, depth)
    return nearest, depths


def _flesh(hand: Hand, sheet: Sheet, distances: Distances, swelling: Field) -> None:
    at, pixel = sheet.at, sheet.pixel_mm
    skin = flesh.outline(at, swelling)
    sheet.put(Material.SKIN, coverage(skin, pixel))
    sheet.put(Material.FAT, coverage(skin + np.float32(flesh.SKIN_MM), pixel))
    waves = ripple(at, hand.skeleton.phases[::-1], 6.0)
    under_skin = coverage(skin + np.float32(flesh.SKIN_MM), pixel)
    sheet.put(Material.SEPTUM, under_skin * np.clip(1 - np.abs(waves) / np.float32(0.08), 0, 1) * np.float32(0.4))
    fascia = np.abs(skin + np.float32(flesh.SUBCUTANEOUS_MM)) - np.float32(0.25)
    sheet.put(Material.SEPTUM, coverage(fascia, pixel) * np.float32(0.5))
    deep = skin + np.float32(flesh.SUBCUTANEOUS_MM)
    # Fat between the bundles: fine across the arm, drawn out along it.
    drawn_out = Points(at.x, at.y, at.z * np.float32(0.15))
    streaks = np.clip(ripple(drawn_out, hand.skeleton.phases, 2.2) - np.float32(0.45), 0, np.float32(0.4))
    for muscle in flesh.MUSCLES:
        part = sheet.part(muscle.box())
        if part is not None:
            belly = np.maximum(muscle.distance(at.crop(*part)), deep[part])
            sheet.put(Material.MUSCLE, coverage(belly, pixel) * (1 - streaks[part]), part)
    growing = np.clip((np.float32(-36.0) - at.z) * np.float32(0.28), -2, 6)
    bellies = np.maximum(distances.tendon - growing, deep)
    sheet.put(Material.MUSCLE, coverage(bellies, pixel) * (1 - streaks))
    part = sheet.part(flesh.TUNNEL.box())
    if part is not None:
        wall = flesh.TUNNEL.distance(at.crop(*part))
        # The wall is a thin sheath dorsally and the flexor retinaculum palmarly, between the four bony pillars.
        here = at.crop(*part)
        level = _rise(here.z + np.float32(12.0), 3) * _rise(np.float32(17.0) - here.z, 3)
        thick = np.float32(0.7) + np.float32(1.3) * _rise(np.float32(-15.0) - here.y, 3) * level
        sheet.put(Material.LIGAMENT, coverage(wall - thick, pixel), part)
        sheet.put(Material.NORMAL_SYNOVIUM, coverage(wall, pixel), part)
    for material, strand in ((Material.LIGAMENT, flesh.APONEUROSIS), *flesh.STRANDS):
        part = sheet.part(strand.box())
        if part is not None:
            sheet.put(material, coverage(strand.distance(at.crop(*part)), pixel), part)


def _joints(sheet: Sheet, distances: Distances) -> None:
    """Capsule and ligaments round the carpus, cartilage and a trace of fluid in the gaps, the ulnar disc."""
    at, pixel = sheet.at, sheet.pixel_mm
    carpal = _rise(at.z + np.float32(26.0), 2) * _rise(np.float32(18.0) - at.z, 2)
    sheet.put(Material.LIGAMENT, coverage(distances.bone - np.float32(1.7), pixel) * carpal * np.float32(0.8))
    # Where three bones meet the corner is filled by folds of synovium, not by the fat outside.
    folds = np.clip((np.float32(4.2) - distances.next_bone) / 2, 0, 1)
    sheet.put(Material.NORMAL_SYNOVIUM, folds * carpal)
    gap = coverage(distances.next_bone - np.float32(2.3), pixel)
    sheet.put(Material.CARTILAGE, gap)
    middle = np.abs(distances.next_bone - distances.bone) - np.float32(0.25)
    sheet.put(Material.FLUID, gap * coverage(middle, pixel) * np.float32(0.4))
    for disc in flesh.DISC:
        if (part := sheet.part(disc.box())) is not None:
            sheet.put(Material.LIGAMENT, coverage(disc.distance(at.crop(*part)), pixel), part)


def _bones(hand: Hand, sheet: Sheet, distances: Distances) -> None:
    pixel, phases = sheet.pixel_mm, hand.skeleton.phases
    for bone in BONES:
        if bone.code not in distances.bones:
            continue
        part, distance = distances.bones[bone.code]
        at = sheet.at.crop(*part)
        inside = coverage(distance, pixel)
        # The shell is thin at the joint and thick along the shaft.
        shell = np.float32(bone.cortex_mm)
        if bone.articular_z is not None:
            beyond = (at.z - np.float32(bone.articular_z)) * bone.distal - np.float32(8.0)
            shell = shell + np.clip(beyond, 0, 20) * np.float32(0.06)
        marrow = coverage(distance + shell, pixel)
        sheet.put(Material.CORTEX, inside, part)
        sheet.put(Material.MARROW, marrow, part)
        if osteitis := hand.lesions.osteitis.get(bone.code):
            # Ill-defined: fades over some 2 mm, half way at the limit.
            sheet.put(Material.OEDEMA, marrow * coverage(osteitis.depth(at, phases), 2.0) * np.float32(0.85), part)
        if erosion := hand.lesions.erosions.get(bone.code):
            sheet.put(Material.EROSION, inside * coverage(erosion.depth(at, phases), pixel), part)


def _synovitis(hand: Hand, sheet: Sheet, distances: Distances) -> None:
    for code, growth in hand.lesions.synovitis.items():
        part = sheet.part(CAPSULES[code][0].box())
        if part is None:
            continue
        at = sheet.at.crop(*part)
        space = compartment(code, at, distances.bone[part], distances.tendon[part], hand.skeleton.phases)
        ill = np.maximum(space, growth.depth(at, hand.skeleton.phases))
        sheet.put(Material.SYNOVITIS, coverage(ill, sheet.pixel_mm), part)


def _tendons(sheet: Sheet, distances: Distances, depths: dict[str, Field]) -> None:
    pixel = sheet.pixel_mm
    outside_bone = coverage(-distances.bone - np.float32(0.1), pixel)
    for area, depth in depths.items():
        if (part := _around(depth < 1)) is not None:
            free = outside_bone[part] * coverage(-distances.others(area)[part], pixel)
            sheet.put(Material.SYNOVITIS, coverage(depth[part], pixel) * free, part)
    for area, whole in distances.areas.items():
        if (part := _around(whole < _TIGHT_MM)) is None:
            continue
        distance = whole[part]
        if area in _EXTENSORS and area not in depths:
            # Retinaculum and the tight sheath of a healthy extensor.
            z = sheet.at.z[part]
            level = _rise(z + np.float32(36.0), 4) * _rise(np.float32(-4) - z, 4)
            sheet.put(Material.LIGAMENT, coverage(distance - np.float32(0.7), pixel) * level * outside_bone[part], part)
        sheet.put(Material.TENDON, coverage(distance, pixel), part)


def _around(chosen: NDArray[np.bool_]) -> tuple[slice, slice] | None:
    """The smallest rectangle with all that is chosen; None when nothing is."""
    rows, columns = np.flatnonzero(chosen.any(axis=1)), np.flatnonzero(chosen.any(axis=0))
    if not len(rows):
        return None
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def _rise(distance_mm: Field, over_mm: float) -> Field:
    """From 0 at the surface to 1 at `over_mm` inside it."""
    share: Field = np.clip(distance_mm / np.float32(over_mm), 0, 1)
    return share
