"""Rigid registration of two grids with SimpleITK. Runs in the worker process: SimpleITK costs 0.3 s and 105 MB.

SimpleITK sees arrays alone, never a file: its readers are not made for files that nobody vouches for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from math import radians
from typing import Any

import numpy as np
import SimpleITK
from numpy.typing import NDArray

from storage.records import Vector3
from workstation.imaging.reducing import Grid
from workstation.imaging.rigid import UNTURNED, Rigid
from workstation.registering.grid import LOWEST, PADDED

# measured: more histogram bins than about 32 make the metric rough at the number of voxels that a wrist has
_BINS = 32
_COARSE_MM, _FINE_SHARE = 2.4, 0.35
# samples on a grid are jittered from it; without a seed ITK draws another jitter by the clock at each run
_SEED = 1
# the coarse search: every combination of these turns about the three axes, degrees
_TURNS = (-9.0, 0.0, 9.0)
_BEST = 4
_FOREGROUND = 0.15
# above padding and what it was averaged into
_IMAGED = LOWEST - 0.01


@dataclass(frozen=True, slots=True)
class Aligned:
    """Where baseline's points lie at follow-up, and how alike the two are there.

    correlation: Pearson's, of the fixed grid's foreground and the moving grid at its places; 1 is identical.
    overlap: share of the fixed foreground that the moving grid covers.
    """

    movement: Rigid
    correlation: float
    overlap: float


def align(fixed: Grid, moving: Grid, starts: Sequence[Rigid]) -> Aligned:
    """The movement from `fixed` (baseline) to `moving` (follow-up) that makes them most alike.

    A coarse search judges every start turned in 27 ways, the best are refined at a coarse grid, and the best of those
    at the full grid, by Mattes' mutual information: it bears another gain at follow-up, which correlation doesn't.
    """
    first, second = _image(fixed), _image(moving)
    coarse, coarser = _smoothed(first), _smoothed(second)
    centre = middle_of_mass(fixed)
    tries = [_transform(start, turn, centre) for start in starts for turn in product(_TURNS, repeat=3)]
    judge = _method(coarse, coarser, share=1.0)
    ranked = sorted(_judged(judge, coarse, coarser, tries), key=lambda entry: entry[0])
    refined = []
    for _value, transform in ranked[:_BEST]:
        found = _optimised(coarse, coarser, transform, share=1.0, step_mm=2.0, rounds=60)
        refined.append((_value_of(judge, coarse, coarser, found), found))
    best = min(refined, key=lambda entry: entry[0])[1]
    final = _optimised(first, second, best, share=_FINE_SHARE, step_mm=0.4, rounds=80)
    return _measured(first, second, final)


def by_mass(fixed: Grid, moving: Grid) -> Rigid:
    """The shift that puts one centre of mass onto the other: a start that knows nothing else."""
    before, after = middle_of_mass(fixed), middle_of_mass(moving)
    return Rigid(UNTURNED, (after[0] - before[0], after[1] - before[1], after[2] - before[2]))


def _image(grid: Grid) -> Any:  # noqa: ANN401 - SimpleITK has no types
    image = SimpleITK.GetImageFromArray(grid.voxels)
    image.SetSpacing(grid.spacing_mm)
    image.SetOrigin(grid.origin_mm)
    # columns of the matrix are the axes
    image.SetDirection([float(axis[part]) for part in range(3) for axis in grid.axes])
    return image


def _smoothed(image: Any) -> Any:  # noqa: ANN401 - see above
    """A coarser grid in plane; slices are thick already."""
    column, row, _slice = image.GetSpacing()
    factors = [max(1, round(_COARSE_MM / spacing)) for spacing in (column, row)]
    return SimpleITK.BinShrink(image, [*factors, 1])


def _method(fixed: Any, moving: Any, share: float) -> Any:  # noqa: ANN401 - see above
    method = SimpleITK.ImageRegistrationMethod()
    method.SetMetricAsMattesMutualInformation(_BINS)
    if share < 1:
        method.SetMetricSamplingStrategy(method.REGULAR)
        method.SetMetricSamplingPercentage(share, _SEED)
    else:
        method.SetMetricSamplingStrategy(method.NONE)
    method.SetInterpolator(SimpleITK.sitkLinear)
    method.SetMetricFixedMask(_mask(fixed))
    if SimpleITK.GetArrayViewFromImage(moving).min() < _IMAGED:
        method.SetMetricMovingMask(SimpleITK.Cast(moving > _IMAGED, SimpleITK.sitkUInt8))
    method.SetNumberOfThreads(1)
    return method


def _mask(image: Any) -> Any:  # noqa: ANN401 - see above
    """The hand and a rim of air: air alone says nothing, its edge says where the hand ends.

    Padding is so far below air that its rim is left out as well: its edge says where the picture ends.
    """
    return SimpleITK.Cast(SimpleITK.SmoothingRecursiveGaussian(image, 2.0) > _FOREGROUND / 2, SimpleITK.sitkUInt8)


def _judged(judge: Any, fixed: Any, moving: Any, tries: Iterable[Any]) -> list[tuple[float, Any]]:  # noqa: ANN401
    return [(_value_of(judge, fixed, moving, transform), transform) for transform in tries]


def _value_of(judge: Any, fixed: Any, moving: Any, transform: Any) -> float:  # noqa: ANN401 - see above
    judge.SetInitialTransform(transform)
    try:
        return float(judge.MetricEvaluate(fixed, moving))
    except RuntimeError:
        # too few points overlap: the worst there can be
        return 0.0


def _optimised(fixed: Any, moving: Any, start: Any, *, share: float, step_mm: float, rounds: int) -> Any:  # noqa: ANN401
    method = _method(fixed, moving, share)
    transform = SimpleITK.Euler3DTransform(start)
    method.SetInitialTransform(transform, inPlace=True)
    method.SetOptimizerAsRegularStepGradientDescent(
        learningRate=step_mm, minStep=step_mm / 200, numberOfIterations=rounds, relaxationFactor=0.6
    )
    method.SetOptimizerScalesFromPhysicalShift()
    try:
        method.Execute(fixed, moving)
    except RuntimeError:
        # it ran out of the image: what it started from stands, and is judged as such
        return SimpleITK.Euler3DTransform(start)
    return transform


def _transform(movement: Rigid, turn: Sequence[float], centre: Vector3) -> Any:  # noqa: ANN401 - see above
    extra = SimpleITK.Euler3DTransform(centre, *(radians(angle) for angle in turn))
    wanted = np.array(movement.rotation) @ np.array(extra.GetMatrix()).reshape(3, 3)
    moved = movement(centre)
    transform = SimpleITK.Euler3DTransform()
    transform.SetCenter(centre)
    transform.SetMatrix(wanted.ravel().tolist(), 1e-6)
    transform.SetTranslation([moved[axis] - centre[axis] for axis in range(3)])
    return transform


def _measured(fixed: Any, moving: Any, transform: Any) -> Aligned:  # noqa: ANN401 - see above
    rotation = np.array(transform.GetMatrix()).reshape(3, 3)
    centre = np.array(transform.GetCenter())
    shift = np.array(transform.GetTranslation()) + centre - rotation @ centre
    rows = tuple((float(a), float(b), float(c)) for a, b, c in rotation)
    movement = Rigid((rows[0], rows[1], rows[2]), (float(shift[0]), float(shift[1]), float(shift[2])))
    seen = SimpleITK.GetArrayFromImage(SimpleITK.Resample(moving, fixed, transform, SimpleITK.sitkLinear, PADDED))
    values, hand = SimpleITK.GetArrayFromImage(fixed), SimpleITK.GetArrayFromImage(_mask(fixed)) > 0
    both = hand & (seen > _IMAGED)
    overlap = float(both.sum() / max(int(hand.sum()), 1))
    return Aligned(movement, _correlation(values[both], seen[both]), overlap)


def _correlation(one: NDArray[Any], other: NDArray[Any]) -> float:
    least = 100
    if one.size < least or not one.std() or not other.std():
        return 0.0
    return float(np.corrcoef(one, other)[0, 1])


def middle_of_mass(grid: Grid) -> Vector3:
    """The middle of what is brighter than air, LPS mm; of all voxels where nothing is."""
    hand = grid.voxels > _FOREGROUND
    if not hand.any():
        hand = np.ones_like(hand)
    slices, rows, columns = (float(indexes.mean()) for indexes in np.nonzero(hand))
    point = np.array(grid.origin_mm)
    for axis, spacing, index in zip(grid.axes, grid.spacing_mm, (columns, rows, slices), strict=True):
        point = point + np.array(axis) * spacing * index
    return (float(point[0]), float(point[1]), float(point[2]))
