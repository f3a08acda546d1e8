"""Painter of one thin slab of the hand, tissue over tissue, for several contrasts at once. Pure."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workstation.phantom.anatomy import flesh, soft_parts
from workstation.phantom.anatomy.bone_shapes import Bone
from workstation.phantom.anatomy.bones import FAR_MM, depth_mm
from workstation.phantom.anatomy.fields import Field, Points, coverage, grown, only_where, ripple, rise, smooth_union
from workstation.phantom.anatomy.magic_angle import askew
from workstation.phantom.anatomy.own_shape import MOST_MM
from workstation.phantom.anatomy.sheet import Colours, Sheet, around, within
from workstation.phantom.anatomy.tissues import Material
from workstation.phantom.hand import Hand
from workstation.phantom.lesions import CAPSULES, Growth, compartment
from workstation.phantom.realism import joint_space, lesion_looks, plain, soft_tissue
from workstation.phantom.realism.looks import Looks
from workstation.phantom.surveying import Distances, Surveyed

_TIGHT_MM = 2.0
_LOOSE_MM = 1.0

_EXTENSORS = ("E1", "E2", "E3", "E4", "E5", "E6")


def paint(hand: Hand, surveyed: Surveyed, colours: Colours, onto: NDArray[np.float32], weight: float = 1.0) -> None:
    """Add the signal of a sheet, times a weight, to a picture (contrast x rows x columns of the whole sheet)."""
    contrasts = len(next(iter(colours.values())))
    distances = surveyed.distances
    picture = np.zeros((contrasts, *surveyed.at.x.shape), np.float32)
    bent = hand.bend is not None
    sheet = Sheet.over(surveyed.at, surveyed.pixel_mm, surveyed.slab_mm, picture, colours, bent=bent)
    swelling, depths = _swelling(hand, sheet, distances)
    _flesh(hand, sheet, distances, swelling)
    _tunnel(hand, sheet, distances, depths)
    _joints(hand, sheet, distances)
    _bones(hand, sheet, distances)
    _synovitis(hand, sheet, distances)
    _tendons(hand, sheet, distances, depths)
    grain = 1 + only_where((picture != 0).max(axis=0), sheet.at, lambda at: _grain(hand, at))
    onto[:, surveyed.part[0], surveyed.part[1]] += picture * (grain * np.float32(weight))


def _grain(hand: Hand, at: Points) -> Field:
    """What all tissues vary by, as a share."""
    if hand.looks is None or not hand.looks.effects.flesh:
        return np.float32(0.035) * hand.texture.at(at)
    return np.float32(0.015) * hand.looks.fine.at(at, (1.5, 1.5, 2.5), 97.0)


def _swelling(hand: Hand, sheet: Sheet, distances: Distances) -> tuple[Field, dict[str, Field]]:
    """Distance to the nearest swollen sheath, in the plainer hand to tendons too, and to each by area."""
    depths: dict[str, Field] = {}
    for area, sheath in hand.lesions.sheaths.items():
        if area in distances.areas and (part := around(distances.areas[area] < sheath.target_mm + 6)) is not None:
            depths[area] = np.full(sheet.at.x.shape, FAR_MM, np.float32)
            depths[area][part] = sheath.depth(sheet.at.crop(*part), distances.areas[area][part])
    nearest = np.full(sheet.at.x.shape, FAR_MM, np.float32)
    if _fleshy(hand) is None:
        nearest = np.minimum(nearest, distances.tendon)
    for depth in depths.values():
        nearest = np.minimum(nearest, depth)
    return nearest, depths


def _flesh(hand: Hand, sheet: Sheet, distances: Distances, swelling: Field) -> None:
    at = sheet.at
    looks = _fleshy(hand)
    if looks is None:
        # the nerve that a swelling pushes pushes the skin
        skin = flesh.outline(at, np.minimum(swelling, distances.nerve + np.float32(-1.0)))
    else:
        skin = flesh.outline(at, swelling, firm=distances.firm(), slim=True)
        skin = skin - np.float32(soft_tissue.stands_out_mm(looks) + _plumper(hand))
    sheet.put(Material.SKIN, sheet.cover(skin))
    skin_mm: Field | np.float32 = np.float32(flesh.SKIN_MM)
    fat_mm: Field | np.float32 = np.float32(flesh.SUBCUTANEOUS_MM)
    if looks is not None:
        skin_mm, fat_mm = soft_tissue.layers(looks, sheet, skin, _plumper(hand))
    under_skin = sheet.cover(skin + skin_mm)
    sheet.put(Material.FAT, under_skin)
    if looks is None:
        walls = plain.septa(hand.skeleton.phases, hand.texture.at, at)
    else:
        walls = only_where(under_skin > 0, at, looks.walls_in_fat)
    sheet.put(Material.SEPTUM, under_skin * walls)
    if looks is not None:
        small = only_where(under_skin > 0, at, lambda here: looks.rods(here, 0.20, (2.2, 1.5, 3.4), 257.0))
        sheet.put(Material.VEIN, under_skin * small * looks.here_and_there(at))
    deep = skin + fat_mm
    fascia = np.abs(deep) - np.float32(0.25)
    sheet.put(Material.SEPTUM, coverage(fascia, sheet.pixel_mm) * np.float32(0.22))
    # Fat between the bundles: fine across the arm, drawn out along it.
    drawn_out = Points(at.x, at.y, at.z * np.float32(0.15))
    if hand.looks is not None and hand.looks.effects.flesh:
        streaks = only_where(under_skin > 0, at, hand.looks.fat_between)
    else:
        streaks = np.clip(ripple(drawn_out, hand.skeleton.phases, 2.2) - np.float32(0.4), 0, np.float32(0.35))
        streaks = streaks + np.float32(0.05) * (1 + hand.texture.at(drawn_out))
    if looks is not None:
        soft_tissue.aponeurosis(looks, sheet, skin, fat_mm)
        soft_tissue.bundles(looks, sheet, deep)
        growing = np.clip((np.float32(-29.0) - at.z) * np.float32(0.27), -2, 7)
        growing = growing + np.float32(0.5) * looks.coarse.at(at, (1.0, 1.0, 3.0), 149.0)
    else:
        for muscle in flesh.MUSCLES:
            part = sheet.part(muscle.box())
            if part is not None:
                belly = np.maximum(muscle.distance(at.crop(*part)), deep[part])
                sheet.put(Material.MUSCLE, sheet.cover(belly) * (1 - streaks[part]), part)
        growing = np.clip((np.float32(-31.0) - at.z) * np.float32(0.22), -2, 6)
    bellies = np.maximum(distances.tendon - growing, deep)
    sheet.put(Material.MUSCLE, sheet.cover(bellies) * (1 - streaks))


def _plumper(hand: Hand) -> float:
    """How much thicker the fat under the skin is than at the first visit, mm of the model."""
    return 0.0 if hand.bend is None else hand.bend.swelling_mm


def _tunnel(hand: Hand, sheet: Sheet, distances: Distances, depths: dict[str, Field]) -> None:
    """The carpal tunnel: its wall, a thin sheath dorsally and the flexor retinaculum between the four bony pillars."""
    if (part := sheet.part(flesh.TUNNEL.box())) is not None:
        here = sheet.at.crop(*part)
        wall = flesh.TUNNEL.distance(here)
        # what swells in it bows the retinaculum
        for area in ("F2", "F3"):
            if area in depths:
                wall = smooth_union(wall, depths[area][part], 2.0)
        wall = smooth_union(wall, distances.nerve[part] - np.float32(0.3), 1.0)
        ends = rise(np.float32(22.0) - np.abs(here.z - np.float32(3.0)), 6)
        level = rise(here.z + np.float32(12.0), 3) * rise(np.float32(17.0) - here.z, 3)
        thick = np.float32(0.6) + np.float32(1.2) * rise(np.float32(-15.0) - here.y, 3) * level
        sheet.put(Material.LIGAMENT, sheet.cover(wall - thick) * ends, part)
        sheet.put(Material.NORMAL_SYNOVIUM, sheet.cover(wall) * ends, part)
        if (looks := _fleshy(hand)) is not None:
            # fat between the tendons, and the membrane round them, of uneven thickness
            sheet.put(Material.FAT, sheet.cover(wall + np.float32(0.5)) * ends * looks.fat_in_tunnel(here), part)
    if (looks := _fleshy(hand)) is not None:
        soft_tissue.strands(looks, sheet)
        return
    for material, strand in ((Material.LIGAMENT, flesh.APONEUROSIS), *flesh.STRANDS):
        if (part := sheet.part(strand.box())) is not None:
            sheet.put(material, sheet.cover(strand.distance(sheet.at.crop(*part))), part)


def _joints(hand: Hand, sheet: Sheet, distances: Distances) -> None:
    """Capsule and ligaments round the carpus, cartilage and a trace of fluid in the gaps, the ulnar disc."""
    at = sheet.at
    carpal = rise(at.z + np.float32(26.0), 2) * rise(np.float32(18.0) - at.z, 2)
    # The capsule's bands are not everywhere: fat lies between them.
    bands = np.float32(0.55) + np.float32(0.35) * ripple(at, hand.skeleton.phases, 7.0)
    sheet.put(Material.LIGAMENT, sheet.cover(distances.bone - np.float32(1.5)) * carpal * bands)
    # Where three bones meet the corner is filled by folds of synovium, not by the fat outside.
    folds = np.clip((np.float32(4.2) - distances.next_bone) / 2, 0, 1)
    sheet.put(Material.NORMAL_SYNOVIUM, folds * carpal)
    gap = sheet.cover(distances.next_bone - np.float32(2.3))
    looks = _fleshy(hand)
    if looks is not None:
        joint_space.fill(looks, sheet, (distances.bone, distances.next_bone), gap, carpal)
    else:
        sheet.put(Material.CARTILAGE, gap)
        middle = np.float32(0.5) * np.abs(distances.next_bone - distances.bone) - np.float32(0.13)
        sheet.put(Material.FLUID, gap * carpal * sheet.cover(middle) * np.float32(0.4))
    common, beyond = distances.common, MOST_MM if hand.skeleton.shaped else 0.0
    if (part := sheet.part(grown(flesh.MENISCUS.box(), beyond))) is not None:
        filled = sheet.cover(flesh.MENISCUS.distance(common.crop(*part)))
        sheet.put(Material.NORMAL_SYNOVIUM, filled * np.float32(0.8), part)
    for tie in flesh.TIES if looks is None else soft_parts.MEMBRANES:
        if (part := sheet.part(grown(tie.box(), beyond))) is not None:
            sheet.put(Material.LIGAMENT, sheet.cover(tie.distance(common.crop(*part))) * gap[part], part)
    if looks is not None:
        soft_tissue.ligaments(hand.skeleton, looks, sheet, common)
    _over_the_ulna(hand, sheet, distances)
    for disc in hand.skeleton.disc:
        if (part := sheet.part(grown(disc.box(), beyond))) is not None:
            sheet.put(Material.LIGAMENT, sheet.cover(disc.distance(common.crop(*part))), part)


def _over_the_ulna(hand: Hand, sheet: Sheet, distances: Distances) -> None:
    """Cartilage and synovium between the ulna's head and the disc, where no second bone is near."""
    box = grown(hand.skeleton.disc[0].box(), MOST_MM if hand.skeleton.shaped else 0.0)
    if "ULN" in distances.bones and (part := sheet.part(box)) is not None:
        under = hand.skeleton.disc[0].distance(distances.common.crop(*part))
        between = np.maximum(distances.bone[part], under) - np.float32(2.0)
        sheet.put(Material.CARTILAGE, sheet.cover(between), part)


def _bones(hand: Hand, sheet: Sheet, distances: Distances) -> None:
    phases = hand.skeleton.phases
    for code, bone in hand.skeleton.bones.items():
        if code not in distances.bones:
            continue
        found = distances.bones[code]
        near = around(found[1] < sheet.slab_mm + sheet.pixel_mm)
        if near is None:
            continue
        part, distance = within(found[0], near), found[1][near]
        at = sheet.at.crop(*part)
        inside = sheet.cover(distance)
        depth = depth_mm(bone, at)
        yellow = hand.looks is not None and hand.looks.effects.marrow > 0
        marrow = sheet.cover(distance + _shell(hand, bone, at, depth), distance if yellow else None)
        sheet.put(Material.CORTEX, inside, part)
        sheet.put(Material.YELLOW_MARROW if yellow else Material.MARROW, marrow, part)
        if hand.looks is not None and hand.looks.effects.marrow:
            sheet.put(Material.CORTEX, marrow * hand.looks.bone_in_marrow(code, at, distance, depth), part)
            sheet.put(Material.OEDEMA, marrow * hand.looks.red(code, at), part)
            sheet.put(Material.VEIN, marrow * hand.looks.vessels(at, phases, distance), part)
            if hand.looks.effects.cysts:
                _cysts(hand.looks, sheet, code, part, marrow, inside)
        else:
            sheet.put(Material.CORTEX, marrow * plain.trabeculae(phases, hand.texture.at, at, distance), part)
            sheet.put(Material.VEIN, marrow * plain.channels(phases, at, distance), part)
        if osteitis := hand.lesions.osteitis.get(code):
            _osteitis(hand, sheet, code, osteitis.depth(at, phases), (part, marrow))
        if erosion := hand.lesions.erosions.get(code):
            _erosion(hand, sheet, code, erosion, (part, inside))


def _cysts(  # noqa: PLR0917 - whose, where, in what
    looks: Looks, sheet: Sheet, code: str, part: tuple[slice, slice], marrow: Field, inside: Field
) -> None:
    """What a reader could take for an erosion and isn't: cysts that no break leads to, and the canals of vessels."""
    for cyst in looks.cysts.get(code, ()):
        depth = cyst.distance(sheet.at.crop(*part))
        sheet.put(Material.CORTEX, marrow * sheet.cover(depth - np.float32(0.45)) * np.float32(0.7), part)
        sheet.put(Material.FLUID, marrow * sheet.cover(depth) * np.float32(0.9), part)
    for canal in looks.canals.get(code, ()):
        sheet.put(Material.VEIN, inside * sheet.cover(canal.distance(sheet.at.crop(*part))) * np.float32(0.6), part)


def _shell(hand: Hand, bone: Bone, at: Points, depth: Field | None) -> Field:
    """Thickness of the cortex: thin at the joint and thick along the shaft, nowhere quite even."""
    if hand.looks is not None and hand.looks.effects.cortex:
        return hand.looks.shell_mm(bone, at, depth)
    shell = np.float32(bone.cortex_mm) * (1 + np.float32(0.25) * ripple(at, hand.skeleton.phases, 6.0))
    if depth is not None:
        shell = shell + np.clip(depth - np.float32(8.0), 0, 20) * np.float32(0.06)
    return shell


def _fleshy(hand: Hand) -> Looks | None:
    """The looks, where flesh is to have a grain."""
    return hand.looks if hand.looks is not None and hand.looks.effects.flesh else None


def _uneven(hand: Hand) -> Looks | None:
    """The looks, where lesions are to be uneven."""
    return hand.looks if hand.looks is not None and hand.looks.effects.lesions else None


def _osteitis(hand: Hand, sheet: Sheet, code: str, depth: Field, where: tuple[tuple[slice, slice], Field]) -> None:
    part, marrow = where
    if (looks := _uneven(hand)) is not None:
        look = lesion_looks.osteitis(looks, code, sheet.at.crop(*part), depth)
        sheet.put(Material.OEDEMA, marrow * look.cover * look.bright, part)
        return
    # Ill-defined and patchy: fades over some 3 mm, half way at the limit.
    patchy = np.float32(0.82) + np.float32(0.08) * hand.texture.at(sheet.at.crop(*part), 2.2)
    sheet.put(Material.OEDEMA, marrow * coverage(depth, 3.0) * patchy, part)


def _erosion(hand: Hand, sheet: Sheet, code: str, erosion: Growth, where: tuple[tuple[slice, slice], Field]) -> None:
    part, inside = where
    at = sheet.at.crop(*part)
    depth = erosion.depth(at, hand.skeleton.phases)
    if (looks := _uneven(hand)) is not None:
        look = lesion_looks.erosion(looks, code, at, depth)
        sheet.put(Material.CORTEX, inside * lesion_looks.rim(looks, at, depth, erosion.share), part)
        # what isn't pannus is fibrous, and as dark as it on T1
        sheet.put(Material.LIGAMENT, inside * look.cover, part)
        sheet.put(Material.EROSION, inside * look.cover * look.bright, part)
        return
    sheet.put(Material.EROSION, inside * sheet.cover(depth), part)


def _synovitis(hand: Hand, sheet: Sheet, distances: Distances) -> None:
    for code, growth in hand.lesions.synovitis.items():
        part = sheet.part(CAPSULES[code][0].box())
        if part is None:
            continue
        at = sheet.at.crop(*part)
        space = compartment(code, at, distances.bone[part], distances.tendon[part], hand.skeleton)
        depth = growth.depth(at, hand.skeleton.phases)
        if (looks := _uneven(hand)) is not None:
            look = lesion_looks.synovitis(looks, code, at, np.maximum(space, depth))
            sheet.put(Material.FLUID, lesion_looks.effusion(looks, at, space, depth), part)
            sheet.put(Material.NORMAL_SYNOVIUM, look.cover, part)
            sheet.put(Material.SYNOVITIS, look.cover * look.bright, part)
            continue
        sheet.put(Material.SYNOVITIS, sheet.cover(np.maximum(space, depth)), part)


def _tendons(hand: Hand, sheet: Sheet, distances: Distances, depths: dict[str, Field]) -> None:
    outside_bone = sheet.cover(-distances.bone - np.float32(0.1))
    for area, depth in depths.items():
        if (part := around(depth < 1)) is not None:
            free = outside_bone[part] * sheet.cover(-distances.others(area)[part])
            if (looks := _uneven(hand)) is not None:
                look = lesion_looks.sheath(looks, area, sheet.at.crop(*part), depth[part])
                sheet.put(Material.NORMAL_SYNOVIUM, look.cover * free, part)
                sheet.put(Material.SYNOVITIS, look.cover * look.bright * free, part)
            else:
                sheet.put(Material.SYNOVITIS, sheet.cover(depth[part]) * free, part)
    if (part := around(distances.nerve < 1)) is not None:
        inside = sheet.cover(distances.nerve[part])
        sheet.put(Material.NERVE, inside, part)
        if (looks := _fleshy(hand)) is not None:
            here, deep_in = sheet.at.crop(*part), sheet.cover(distances.nerve[part] + np.float32(0.3))
            between = only_where(deep_in > 0, here, lambda at: looks.between_fascicles(at, hand.nerve.middle(at.z)))
            sheet.put(Material.FAT, deep_in * between, part)
    for area, whole in distances.areas.items():
        if (part := around(whole < _TIGHT_MM)) is not None:
            if area in _EXTENSORS and area not in depths:
                # Retinaculum and the tight sheath of a healthy extensor.
                z = sheet.at.z[part]
                level = rise(z + np.float32(36.0), 4) * rise(np.float32(-4) - z, 4)
                tight = sheet.cover(whole[part] - np.float32(0.7))
                sheet.put(Material.LIGAMENT, tight * level * outside_bone[part], part)
            _tendon(hand, sheet, area, whole[part], part)


def _tendon(hand: Hand, sheet: Sheet, area: str, distance: Field, part: tuple[slice, slice]) -> None:
    inside = sheet.cover(distance)
    if _fleshy(hand) is not None:
        # its sheath and the loose tissue round it: no border is cut with a knife
        inside = (inside + coverage(distance, _LOOSE_MM)) * np.float32(0.5)
    sheet.put(Material.TENDON, inside, part)
    if (looks := hand.looks) is None:
        return
    if looks.effects.angle:
        tubes = tuple(tube for tube in hand.tubes if tube.area == area)
        grey = np.float32(min(0.85 * looks.effects.angle, 0.95)) * askew(tubes, sheet.at.z[part], hand.field())
        sheet.put(Material.ASKEW_TENDON, inside * grey, part)
    if looks.effects.flesh:
        sheet.put(
            Material.SEPTUM, sheet.cover(distance + np.float32(0.4)) * looks.in_tendon(sheet.at.crop(*part)), part
        )
