"""Checklist of the sample pair's baseline: what must be seen and exactly where, for docs/phantom-checklist.md.

Run by python -m tests.phantom.checklist, which writes that page. Places are computed from the model; the test beside
this reads the sample's pixels there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from workstation.phantom.anatomy import flesh
from workstation.phantom.anatomy.bones import assessed
from workstation.phantom.anatomy.facets import Solid
from workstation.phantom.anatomy.fields import Cone, Field, Point, Points
from workstation.phantom.anatomy.tendons import nearest_tendon
from workstation.phantom.anatomy.tissues import Material
from workstation.phantom.lesions import CAPSULES, READING_ORDER, compartment, grid
from workstation.phantom.people import Scan, pair
from workstation.phantom.protocol import SERIES
from workstation.phantom.realism.difficulty import EFFECTS
from workstation.phantom.study import SAMPLE_DIFFICULTY, SAMPLE_SEED, SAMPLE_SIZE

PAGE = Path(__file__).parents[2] / "docs" / "phantom-checklist.md"
DARK, GREY, RAISED, BRIGHT = "dark", "grey", "raised", "bright"
_PLANE = {plan.number: plan.plane for plan in SERIES}
_NAMES = {plan.number: plan.shorthand for plan in SERIES}
T1_COR, T2FS_COR, PD_COR, T1_AX, T2FS_AX, GD_AX, GD_COR = (plan.number for plan in SERIES)

_BONES = {
    "RAD": "distal radius, broad, with styloid and dorsal tubercle",
    "ULN": "ulnar head beside the sigmoid notch",
    "SCA": "scaphoid, a boat from the radius to the trapezium",
    "LUN": "lunate, a crescent that holds the capitate's head",
    "TRQ": "triquetrum, ulnar of the lunate, behind the pisiform",
    "PIS": "pisiform, in front of the triquetrum, an island",
    "TRM": "trapezium, radial and palmar, under the thumb",
    "TRD": "trapezoid, a wedge between trapezium and capitate",
    "CAP": "capitate, the largest carpal bone, in the middle",
    "HAM": "hamate, ulnar of the capitate",
    "MC1": "base of the first metacarpal, turned to the palm",
    "MC2": "base of the second metacarpal, on the trapezoid",
    "MC3": "base of the third metacarpal, on the capitate",
    "MC4": "base of the fourth metacarpal, on the hamate",
    "MC5": "base of the fifth metacarpal, ulnar on the hamate",
}
_LEVEL = {"E": -27.0, "F": 4.0}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to be seen: in which series, at which place of the model, and how bright it is there."""

    text: str
    series: int
    place: Point
    looks: str


def findings(scan: Scan) -> Iterator[Finding]:
    """All findings, in the order of the page."""
    yield from _tendons(scan)
    yield from _bones(scan)
    yield from _soft_parts(scan)
    yield from _lesions(scan)


def voxel(scan: Scan, finding: Finding) -> tuple[int, int, int]:
    """Slice (along the normal), row and column of a finding, from 0."""
    stack = scan.layouts[_PLANE[finding.series]]
    offset = scan.hand.to_patient(np.array(finding.place)) - stack.first
    place = (
        offset @ stack.normal / stack.spacing_mm,
        offset @ stack.down / stack.pixel_mm,
        offset @ stack.right / stack.pixel_mm,
    )
    found = [round(float(value)) for value in place]
    return found[0], found[1], found[2]


def page() -> str:
    """The page, from the model as it is now."""
    scan = pair(SAMPLE_SEED, 1, SAMPLE_SIZE, effects=EFFECTS[SAMPLE_DIFFICULTY]).scans[0]
    lines = []
    for number, finding in enumerate(findings(scan), start=1):
        index, row, column = voxel(scan, finding)
        x, y, z = scan.hand.to_patient(np.array(finding.place))
        where = f"{index + 1} | {row} | {column} | {x:.1f}, {y:.1f}, {z:.1f}"
        lines.append(f"| {number} | {finding.text} | {_NAMES[finding.series]} | {where} | {finding.looks} |")
    return _HEAD + "\n".join(lines) + "\n" + _TAIL


_HEAD = """# What must be seen in the synthetic wrist

The baseline of `sample_dicom/`. Slices are counted from 1 along the normal (row direction x column direction), rows
and columns from 0; the place is in the patient's LPS millimetres. How it looks: dark is below a third, bright above
two fifths of the level that the brightest hundredth of the series exceeds; grey lies between a twelfth and three
fifths, and what is raised, such as water in the marrow well below fluid, between a quarter and three quarters. The
table is written by `python -m tests.phantom.checklist` from the model, and a test reads the pixels there.

The pictures are of the typical difficulty, with what happens in a scanner: copies of the arteries on axial slices, the
far side folded over in coronal PD, and fat that isn't suppressed at an edge, on axial T2 of the baseline most.

| | what | series | slice | row | column | x, y, z mm | looks |
|---|---|---|---|---|---|---|---|
"""


_TAIL = """
## What still gives the pictures away

They were laid beside the only real limbs at hand: six T1 series, transverse, of four makers, resampled to about 1 mm by
who published them, one of them of a hand; all from nothing to the level that 99.5 % lie below. Fat-suppressed, PD and
contrast series, and coronal ones at full resolution, had no real counterpart, and were only looked at. After the last
change of the drawing somebody who hadn't drawn them did so once more, with all series of a person who is in no test, at
256 pixels. Whoever has seen wrists notices:

- The fat under the skin is thick in the little finger's ball and thin over the thumb's and before the wrist, but its
  thickness deviates by 0.43 to 0.52 of its mean round the metacarpals (0.36 to 0.42 before), where that of the only
  real hand does by 0.8 to 1.1. It is hardly parted into lobules. The wrist can have a corner where a tendon lies in it.
- The carpal tunnel is an oval of even grey with thin tendons in it, of which now and then one lies before the others,
  with a hump of the skin over it; real ones fill it, with little between. Its wall is a closed ring, on coronal slices
  an ellipse. The skin stands out over a swollen sheath, and in a last coronal slice at the back it ends in spikes.
- Before the carpus the tendons lie bare in fat, round, black and much of one size, the flexors in two rows as the pips
  of dice; in the real hand they are one dark bundle of unlike pieces.
- On fat-suppressed T2 the carpometacarpal joints and those of the distal row are narrow, broken and mostly without
  fluid now, and cartilage has two layers with a line between where pixels are small. After contrast they are still
  lines without a break, and in a joint that is ill fluid is white from end to end. What is white there on T2 is white
  after contrast too, four fifths of its pixels on the slice that was counted; in life fluid stays dark then.
- On fat-suppressed T2 the nerves are the whitest thing beside veins and fluid: a disc, or on coronal slices a rod, as
  bright near the coil as fluid in the middle of the wrist.
- Tendons are grey by their angle to the field, the long extensor of the thumb most; but hands lie along the field, so
  most are of one black. Walls between slips are thin. A thinly swollen sheath is wider on one side than on the other,
  and still a white ring.
- Fat runs along the fibres of muscles, and these run together to their ends; what has many heads in life is one
  bundle. On T2 and after contrast the muscles of the palm are one grey without fasciae, in which the metacarpals lie as
  rings; in the forearm some end on a line straight across.
- PD looks much like T1, with muscle a little brighter (0.57 of the marrow, on T1 0.45).
- The median nerve has some ten fascicles of unlike size, which only large matrices show.
- Erosions and oedema are longer than wide, with lobes and bays, but their borders are of one softness, and some end
  on a straight line.
- Bones have ridges and pits, of one height on joint surfaces and beside them; there are no variants but the lunate's
  second facet. Where a slice only grazes a bone, most of all the radius's end, it falls into bright and dark crumbs.
- Copies of the arteries are smeared along one axis, and lie on straight columns; real ones waver.
"""


def _tendons(scan: Scan) -> Iterator[Finding]:
    for tube in sorted(scan.hand.tubes, key=lambda t: t.area):
        level = -22.0 if tube.area == "F1" else _LEVEL[tube.area[0]]
        z = _on_slice(scan, T1_AX, level)
        place = (float(np.interp(z, tube.z, tube.x)), float(np.interp(z, tube.z, tube.y)), z)
        at = "before the pisiform" if tube.area == "F1" else "at the radius" if level < 0 else "in the carpal tunnel"
        if tube.area == "F2":
            at += ", superficial layer" if tube.name.startswith("FDS") else ", deep layer"
        if tube.area == "F4":
            at = "at the tunnel's radial wall"
        yield Finding(f"{tube.area}: {tube.name} {at}", T1_AX, place, DARK)


def _bones(scan: Scan) -> Iterator[Finding]:
    for code in READING_ORDER:
        place = _deepest(scan, T1_COR, scan.hand.skeleton.bones[code].box(0.0), _healthy(scan, code))
        yield Finding(f"{code}: {_BONES[code]}; fatty marrow", T1_COR, place, BRIGHT)
    for text, series, code, box in (
        (
            "styloid of the radius, distal of its joint surface",
            T1_COR,
            "RAD",
            ((18.5, -6.0, -19.0), (24.0, 5.0, -10.0)),
        ),
        ("styloid of the ulna, towards the disc", T1_COR, "ULN", ((-22.0, 1.0, -29.0), (-16.0, 7.0, -21.5))),
        ("head of the capitate in the lunate's hollow", T1_COR, "CAP", ((-4.0, -4.0, -10.0), (4.0, 4.0, -5.0))),
        ("sigmoid notch: the radius's edge beside the ulna", T1_AX, "RAD", ((-7.0, -4.0, -34.0), (-2.0, 5.0, -28.0))),
    ):
        yield Finding(text, series, _deepest(scan, series, box, _healthy(scan, code)), BRIGHT)
    hook = ((-15.0, -15.0, 4.0), (-8.0, -9.5, 12.0))
    place = _deepest(scan, T1_AX, hook, _healthy(scan, "HAM"))
    yield Finding("hook of the hamate, towards the palm", T1_AX, place, BRIGHT)
    place = _deepest(scan, T1_AX, scan.hand.skeleton.bones["PIS"].box(0.0), _healthy(scan, "PIS"))
    yield Finding("pisiform on the axial slice, palmar of the triquetrum", T1_AX, place, BRIGHT)
    yield Finding("marrow of the pisiform without its fat", T2FS_AX, place, DARK)


def _soft_parts(scan: Scan) -> Iterator[Finding]:
    nerve = scan.hand.nerve
    z = _on_slice(scan, T2FS_AX, 10.0)
    place = (float(np.interp(z, nerve.z, nerve.x)), float(np.interp(z, nerve.z, nerve.y)), z)
    yield Finding(
        "median nerve in the tunnel, radial and superficial, brighter than the tendons", T2FS_AX, place, BRIGHT
    )
    place = _along(scan, T2FS_AX, Material.NERVE, 0, -6.0)
    yield Finding("ulnar nerve in Guyon's canal", T2FS_AX, place, BRIGHT)
    for text, index, level in (("ulnar artery, a flow void", 0, -20.0), ("radial artery, a flow void", 2, -30.0)):
        yield Finding(text, T2FS_AX, _along(scan, T2FS_AX, Material.ARTERY, index, level), DARK)
    for text, index, level in (("dorsal vein, radial side", 8, -30.0), ("dorsal vein, ulnar side", 10, -30.0)):
        yield Finding(text, GD_AX, _along(scan, GD_AX, Material.VEIN, index, level), BRIGHT)
    z = _on_slice(scan, T1_AX, 4.0)
    yield Finding("flexor retinaculum, roof of the tunnel", T1_AX, (0.0, -21.2, z), DARK)
    yield Finding(
        "triangular fibrocartilage between radius and ulnar styloid",
        PD_COR,
        _deepest(
            scan,
            PD_COR,
            scan.hand.skeleton.disc[0].box(),
            lambda at: scan.hand.skeleton.disc[0].distance(scan.hand.skeleton.common(at)),
        ),
        DARK,
    )
    for text, muscle in (
        ("pronator quadratus before radius and ulna", flesh.MUSCLES[0]),
        ("thenar muscle", flesh.MUSCLES[1]),
        ("hypothenar muscle", flesh.MUSCLES[3]),
        ("first interosseous muscle, between thumb and index", flesh.MUSCLES[8]),
    ):
        yield Finding(text, T1_AX, _deepest_of(scan, T1_AX, muscle), GREY)
    shafts = ((-6.5, -3.0, 27.0), (-2.5, 3.0, 36.0))
    place = _deepest(scan, T1_AX, shafts, lambda at: -scan.hand.skeleton.nearest(at))
    yield Finding("interosseous muscle between the third and fourth metacarpals", T1_AX, place, GREY)
    z = _on_slice(scan, T1_AX, 20.0)
    for series, looks in ((T1_AX, BRIGHT), (T2FS_AX, DARK), (GD_AX, DARK)):
        yield Finding("subcutaneous fat at the back of the hand", series, (-6.0, 13.0, z), looks)
    for series in (T1_AX, T2FS_AX, GD_AX):
        yield Finding("air beside the hand", series, (-40.0, 0.0, z), DARK)


def _lesions(scan: Scan) -> Iterator[Finding]:
    hand, phases = scan.hand, scan.hand.skeleton.phases
    for code, erosion in hand.lesions.erosions.items():
        if erosion.share < _SMALL:
            continue

        def eroded(at: Points, code: str = code) -> Field:
            ill = hand.lesions.erosions[code].depth(at, phases)
            found: Field = np.maximum(hand.skeleton.distance(code, at) + np.float32(0.5), ill)
            return found

        yield Finding(
            f"{code}: erosion",
            T2FS_COR,
            _deepest(scan, T2FS_COR, scan.hand.skeleton.bones[code].box(0.0), eroded),
            BRIGHT,
        )
    for code, osteitis in hand.lesions.osteitis.items():
        if osteitis.share < _SMALL:
            continue

        def oedematous(at: Points, code: str = code) -> Field:
            ill = hand.lesions.osteitis[code].depth(at, phases)
            found: Field = np.maximum(hand.skeleton.distance(code, at) + np.float32(1.5), ill)
            if code in hand.lesions.erosions:
                found = np.maximum(found, 1.0 - hand.lesions.erosions[code].depth(at, phases))
            return np.where(assessed(scan.hand.skeleton.bones[code], at, hand.skeleton.size), found, np.float32(9.0))

        place = _deepest(scan, T2FS_COR, scan.hand.skeleton.bones[code].box(0.0), oedematous)
        yield Finding(f"{code}: bone oedema, water in the marrow", T2FS_COR, place, RAISED)
    for code, growth in hand.lesions.synovitis.items():

        def inflamed(at: Points, code: str = code, depth: Callable[..., Field] = growth.depth) -> Field:
            to_bone, to_tendon = hand.skeleton.nearest(at), nearest_tendon(hand.tubes, at)
            found: Field = np.maximum(compartment(code, at, to_bone, to_tendon, hand.skeleton), depth(at, phases))
            return found

        place = _deepest(scan, GD_AX, CAPSULES[code][0].box(), inflamed)
        yield Finding(f"{code}: synovium that enhances", GD_AX, place, BRIGHT)


_SMALL = 0.05


def _healthy(scan: Scan, code: str) -> Callable[[Points], Field]:
    """Depth in a bone's marrow, away from its lesions."""
    hand = scan.hand

    def field(at: Points) -> Field:
        found = hand.skeleton.distance(code, at) + np.float32(scan.hand.skeleton.bones[code].cortex_mm)
        for growths in (hand.lesions.erosions, hand.lesions.osteitis):
            if code in growths:
                found = np.maximum(found, 1.0 - growths[code].depth(at, hand.skeleton.phases))
        return np.where(assessed(scan.hand.skeleton.bones[code], at, hand.skeleton.size), found, np.float32(9.0))

    return field


def _on_slice(scan: Scan, series: int, level: float) -> float:
    """The level nearest to a wanted one that lies in the middle of a slice, near the hand's axis."""
    stack = scan.layouts[_PLANE[series]]
    levels = np.arange(level - 4, level + 4, 0.05)
    places = np.array([scan.hand.to_patient(np.array([3.0, -5.0, z])) for z in levels])
    slices = (places - stack.first) @ stack.normal / stack.spacing_mm
    off = np.abs(slices - np.rint(slices)) + 0.02 * np.abs(levels - level)
    return float(levels[int(off.argmin())])


def _deepest(scan: Scan, series: int, box: tuple[Point, Point], field: Callable[[Points], Field]) -> Point:
    """The deepest place of a shape among those in the middle of a slice."""
    at = grid(*box, 0.5)
    stack = scan.layouts[_PLANE[series]]
    origin, base = scan.hand.to_patient(np.zeros(3)), np.eye(3)
    tilt = [float((scan.hand.to_patient(axis) - origin) @ stack.normal) / stack.spacing_mm for axis in base]
    slices = float((origin - stack.first) @ stack.normal) / stack.spacing_mm
    slices = slices + at.x * tilt[0] + at.y * tilt[1] + at.z * tilt[2]
    at = at.where((np.abs(slices - np.rint(slices)) < 0.15) & (slices > 0) & (slices < stack.slices - 1))
    deepest = int(field(at).argmin())
    return float(at.x[deepest]), float(at.y[deepest]), float(at.z[deepest])


def _deepest_of(scan: Scan, series: int, shape: Solid) -> Point:
    return _deepest(scan, series, shape.box(), shape.distance)


def _along(scan: Scan, series: int, material: Material, index: int, level: float) -> Point:
    """A place in the middle of one of the strands of a material."""
    strand = [shape for kind, shape in flesh.STRANDS if kind is material][index]
    assert isinstance(strand, Cone)
    looks = scan.hand.looks
    if material is Material.VEIN and looks is not None:
        # blood runs faster here and slower there: where it runs slowly it is seen best
        slices = {round(_on_slice(scan, series, level + away), 2) for away in np.arange(-6.0, 14.0, 1.5)}
        places = [_wound(scan, _inside(strand, z, lower=True)) for z in sorted(slices)]
        x, y, z = (np.array(axis, np.float32) for axis in zip(*places, strict=True))
        return places[int(looks.flow(Points(x, y, z)).argmax())]
    return _inside(strand, _on_slice(scan, series, level), lower=False)


def _wound(scan: Scan, place: Point) -> Point:
    """Where a vein lies that would run through a place if it were straight."""
    looks = scan.hand.looks
    assert looks is not None
    x, y, z = place
    for _ in range(12):
        at = looks.winding(Points(*(np.array([value], np.float32) for value in (x, y, z))))
        # half of the way each time: what winds is rough
        x, y = x + 0.5 * (place[0] - float(at.x[0])), y + 0.5 * (place[1] - float(at.y[0]))
    return x, y, z


def _inside(strand: Cone, z: float, *, lower: bool) -> Point:
    """The middle of a strand at a level; lower: as it lies at the back of a hand that has muscle and fat in layers."""
    part = (z - strand.start[2]) / (strand.end[2] - strand.start[2])
    x, y = (a + part * (b - a) for a, b in zip(strand.start[:2], strand.end[:2], strict=True))
    if lower:
        depths = np.arange(y - 2.5, y + 0.1, 0.05)
        y = float(depths[np.abs(depths + 2 * np.clip((depths - 2) / 6, 0, 1) - y).argmin()])
    return x, y, z


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
