"""Lesion of a plate on a sheet: which places are ill, and its outline. As `counting` counts them. Pure."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from matplotlib.path import Path
from numpy.typing import NDArray

from workstation.phantom.anatomy.bones import assessed
from workstation.phantom.anatomy.fields import Field
from workstation.phantom.hand import Hand
from workstation.phantom.lesions import compartment
from workstation.phantom.surveying import Surveyed

Ring = tuple[tuple[float, float], ...]
"""Corners of a closed line: column and row, in points of the sheet; whole numbers are centres."""

_OUTSIDE = np.float32(1.0)
_LEAST_CORNERS = 8
_MOST_CORNERS = 48
_MOST_RINGS = 6


def depth_on(hand: Hand, surveyed: Surveyed, feature: str, site: str) -> Field:
    """Over the whole surveyed part: below 0 where that site is ill of that feature, and nowhere else."""
    at, distances, lesions = surveyed.at, surveyed.distances, hand.lesions
    found: Field = np.full(at.x.shape, _OUTSIDE, np.float32)
    if feature in {"OST", "ERO"}:
        growths = lesions.osteitis if feature == "OST" else lesions.erosions
        if site in growths and site in distances.bones:
            part, distance = distances.bones[site]
            here = at.crop(*part)
            depth = np.maximum(distance, growths[site].depth(here, hand.skeleton.phases))
            scored = assessed(hand.skeleton.bones[site], here, hand.skeleton.size)
            found[part] = np.where(scored, depth, np.maximum(depth, _OUTSIDE))
    elif feature == "SYN":
        if site in lesions.synovitis:
            space = compartment(site, at, distances.bone, distances.tendon, hand.skeleton)
            found = np.maximum(space, lesions.synovitis[site].depth(at, hand.skeleton.phases))
    elif site in lesions.sheaths and site in distances.areas:
        own = distances.areas[site]
        free = np.minimum(np.minimum(own, distances.bone), distances.others(site))
        found = np.maximum(lesions.sheaths[site].depth(at, own), -free)
    return found


def rings(depth: Field) -> tuple[Ring, ...]:
    """The outline of what lies below 0: longest first; specks, holes and what lies in them are left out."""
    if not (depth < 0).any():
        return ()
    drawn = Figure().add_subplot().contour(np.pad(depth, 1, constant_values=_OUTSIDE), levels=[0.0]).get_paths()
    lines = [np.asarray(line, np.float64) - 1 for path in drawn for line in path.to_polygons(closed_only=False)]
    kept: list[Path] = []
    for line in sorted((line for line in lines if len(line) >= _LEAST_CORNERS), key=len, reverse=True):
        if not any(larger.contains_point((float(line[0, 0]), float(line[0, 1]))) for larger in kept):
            kept.append(Path(line))
    return tuple(_thinned(np.asarray(path.vertices, np.float64)) for path in kept[:_MOST_RINGS])


def _thinned(line: NDArray[np.float64]) -> Ring:
    step = -(-len(line) // _MOST_CORNERS)
    return tuple((float(column), float(row)) for column, row in line[::step])
