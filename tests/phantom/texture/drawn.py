"""Slices of a synthetic person as images with their labels, drawn in memory, and what the stick says of a series."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tests.phantom.texture.blocks import Image, Texture, middle_of, squares, texture
from tests.phantom.texture.borders import Cortex, cortex, measured
from workstation.phantom import labels
from workstation.phantom.lesions import READING_ORDER
from workstation.phantom.people import Scan
from workstation.phantom.protocol import SERIES
from workstation.phantom.rendering import Job, drawn_slices


@dataclass(frozen=True, slots=True)
class Drawn:
    """One series: slice number -> image; slice number -> labels, with those of the slices beside it."""

    kind: str
    plane: str
    pixel_mm: float
    images: dict[int, Image]
    labels: dict[int, NDArray[np.uint8]]


def healthy(of: Drawn, index: int) -> list[tuple[slice, slice]]:
    """A square of healthy marrow of each bone that is whole on this slice and on those beside it."""
    found = []
    for k in range(len(READING_ORDER)):
        region = np.ones(of.images[index].shape, bool)
        for beside in (index - 1, index, index + 1):
            region &= of.labels[beside] == labels.BONE_FROM + k
        found += list(squares(region, of.pixel_mm))
    return found


def marrow(of: Drawn, indices: Sequence[int]) -> Texture:
    """The texture of marrow of a series: the median over the bones on these slices."""
    return middle_of([texture(of.images[i][box], of.pixel_mm) for i in indices for box in healthy(of, i)])


def cortex_of(of: Drawn, indices: Sequence[int]) -> Cortex:
    """The cortex of a series over the bones on these slices."""
    rows = [measured(of.images[i], of.pixel_mm, box) for i in indices for box in healthy(of, i)]
    return cortex(np.concatenate(rows))


def draw(scan: Scan, plane: str, indices: Sequence[int], job: Job) -> dict[str, Drawn]:
    """Series of a plane by kind, of these slices alone: what `rendering` would write of them."""
    layout = scan.layouts[plane]
    beside = sorted({k for i in indices for k in (i - 1, i, i + 1)})
    marks = {k: labels.labelled(scan.hand, layout, k) for k in beside}
    plans = [plan for plan in SERIES if plan.plane == plane]
    found = {plan.kind: Drawn(plan.kind, plane, layout.pixel_mm, {}, marks) for plan in plans}
    for index, plan, values in drawn_slices(job, scan, plane, indices):
        found[plan.kind].images[index] = values.astype(float)
    return found
