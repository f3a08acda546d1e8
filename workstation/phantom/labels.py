"""Label map beside the images, a label a voxel: NRRD, 8 bit, LPS. For teaching and for volume tools.

A voxel belongs to what its centre lies in. Values: see `VALUES`; where a bone is both eroded and oedematous the
erosion stands.
"""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from workstation.phantom.acquiring import points
from workstation.phantom.anatomy.bones import assessed
from workstation.phantom.anatomy.tendons import AREAS
from workstation.phantom.hand import Hand
from workstation.phantom.identity import CANARY
from workstation.phantom.lesions import CAPSULES, READING_ORDER, compartment
from workstation.phantom.protocol import Layout
from workstation.phantom.surveying import Surveyed, survey

BONE_FROM, OEDEMA_FROM, EROSION_FROM, SHAFT_FROM = 1, 21, 41, 61
SPACE_FROM, SYNOVITIS_FROM, TENDON_FROM, SHEATH_FROM = 81, 86, 101, 121

VALUES: dict[int, str] = {
    0: "none of these",
    **{BONE_FROM + k: f"{code}, assessed and healthy" for k, code in enumerate(READING_ORDER)},
    **{OEDEMA_FROM + k: f"{code}, osteitis" for k, code in enumerate(READING_ORDER)},
    **{EROSION_FROM + k: f"{code}, erosion" for k, code in enumerate(READING_ORDER)},
    **{SHAFT_FROM + k: f"{code}, beyond the assessed depth" for k, code in enumerate(READING_ORDER)},
    **{SPACE_FROM + k: f"{code}, space that synovitis can fill" for k, code in enumerate(CAPSULES)},
    **{SYNOVITIS_FROM + k: f"{code}, synovitis" for k, code in enumerate(CAPSULES)},
    **{TENDON_FROM + k: f"{area}, tendon" for k, area in enumerate(AREAS)},
    **{SHEATH_FROM + k: f"{area}, tenosynovitis" for k, area in enumerate(AREAS)},
}


def labelled(hand: Hand, layout: Layout, index: int) -> NDArray[np.uint8]:
    """The labels of one slice, rows x columns of the image."""
    found = np.zeros((layout.size, layout.size), np.uint8)
    surveyed = survey(hand, points(hand, layout, index, layout.size), layout.pixel_mm / hand.skeleton.size)
    if surveyed is not None:
        _spaces(hand, surveyed, found[surveyed.part])
        _tendons(hand, surveyed, found[surveyed.part])
        _bones(hand, surveyed, found[surveyed.part])
    return found


def write(path: Path, hand: Hand, layout: Layout) -> None:
    """The labels of a stack as an NRRD file with the geometry of the images."""
    volume = np.stack([labelled(hand, layout, index) for index in range(layout.slices)])
    axes = (layout.right * layout.pixel_mm, layout.down * layout.pixel_mm, layout.normal * layout.spacing_mm)
    header = "\n".join(
        (
            "NRRD0004",
            f"# {CANARY}: labels of a synthetic wrist; the values are listed in labels.csv",
            "type: uint8",
            "dimension: 3",
            "space: left-posterior-superior",
            f"sizes: {layout.size} {layout.size} {layout.slices}",
            "space directions: " + " ".join(_vector(axis) for axis in axes),
            "kinds: domain domain domain",
            "encoding: gzip",
            f"space origin: {_vector(layout.first)}",
            "",
            "",
        )
    )
    # no time in the stream, so that the same seed gives the same bytes
    path.write_bytes(header.encode("ascii") + gzip.compress(volume.tobytes(), 6, mtime=0))


def write_table(path: Path) -> None:
    """The list of values."""
    lines = ["value,meaning", *(f'{value},"{meaning}"' for value, meaning in VALUES.items())]
    path.write_text("\n".join(lines) + "\n", "utf-8", newline="")


def _spaces(hand: Hand, surveyed: Surveyed, found: NDArray[np.uint8]) -> None:
    phases, distances = hand.skeleton.phases, surveyed.distances
    for k, code in enumerate(CAPSULES):
        space = compartment(code, surveyed.at, distances.bone, distances.tendon, hand.skeleton) < 0
        found[space] = SPACE_FROM + k
        if growth := hand.lesions.synovitis.get(code):
            found[space & (growth.depth(surveyed.at, phases) < 0)] = SYNOVITIS_FROM + k


def _tendons(hand: Hand, surveyed: Surveyed, found: NDArray[np.uint8]) -> None:
    distances = surveyed.distances
    for area, distance in distances.areas.items():
        if sheath := hand.lesions.sheaths.get(area):
            swollen = (sheath.depth(surveyed.at, distance) < 0) & (distances.bone > 0) & (distances.others(area) > 0)
            found[swollen] = SHEATH_FROM + AREAS.index(area)
    for area, distance in distances.areas.items():
        found[distance < 0] = TENDON_FROM + AREAS.index(area)


def _bones(hand: Hand, surveyed: Surveyed, found: NDArray[np.uint8]) -> None:
    phases = hand.skeleton.phases
    for code, (part, distance) in surveyed.distances.bones.items():
        k, at, here = READING_ORDER.index(code), surveyed.at.crop(*part), found[part]
        bone = distance < 0
        here[bone] = SHAFT_FROM + k
        scored = bone & assessed(hand.skeleton.bones[code], at, hand.skeleton.size)
        here[scored] = BONE_FROM + k
        if osteitis := hand.lesions.osteitis.get(code):
            here[scored & (osteitis.depth(at, phases) < 0)] = OEDEMA_FROM + k
        if erosion := hand.lesions.erosions.get(code):
            here[scored & (erosion.depth(at, phases) < 0)] = EROSION_FROM + k


def _vector(values: NDArray[np.float64]) -> str:
    return "(" + ",".join(f"{float(value):.9g}" for value in values) + ")"
