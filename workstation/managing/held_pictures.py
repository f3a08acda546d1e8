"""Pictures of series that were held back, written for a coordinator who releases many: each with its suspected part."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from storage.study.coordinator import CoordinatorStudy
from workstation.errors import IntakeRefused, UsageRefused
from workstation.managing.held_looks import HeldLooks, looks_at
from workstation.managing.pictures import Picture

GAP_PX = 8
WHITE = 255
# so that letters of eight pixels are read without a lens
NEAR_TIMES = 3


def draw_held(study: CoordinatorStudy, series: Sequence[str], out: Path) -> tuple[int, tuple[str, ...]]:
    """Write a picture of each into a new folder, for this account alone; all that wait where none is named.

    Returns:
        How many there are, and the series of which the scans aren't where they were.

    Raises:
        UsageRefused: the folder exists, or lies inside the study.
        IntakeRefused: a series doesn't wait.
    """
    # some tenths of a second, which no other look needs
    from matplotlib.image import imsave  # noqa: PLC0415

    if out.resolve().is_relative_to(study.path.resolve()):
        raise UsageRefused(
            f"pictures {out.name}: not inside the study folder, which readers get; choose another folder"
        )
    if out.exists():
        raise UsageRefused(f"{out.name} exists already. Give the name of a new folder")
    absent = []
    held = {item.series: item for item in study.vault.choices.held()}
    unknown = [code for code in series if code not in held]
    if unknown:
        raise IntakeRefused(f"series {unknown[0]!a}: it isn't held back; `ramris study check` names those that wait")
    wanted = series or tuple(held)
    out.mkdir(mode=0o700)
    for code in wanted:
        looks = looks_at(study, code, held[code].regions)
        if looks is None:
            absent.append(code)
        else:
            imsave(out / f"{code}.png", _sheet(looks), cmap="gray", vmin=0, vmax=WHITE)
    return len(wanted) - len(absent), tuple(absent)


def _sheet(looks: HeldLooks) -> Picture:
    """All of it above, and below the suspected part from each side, enlarged."""
    near = [np.kron(item, np.ones((NEAR_TIMES, NEAR_TIMES), np.uint8)) for item in looks.near]
    pictures, row, column, corners = [looks.whole, *near], looks.whole.shape[0] + GAP_PX, 0, [(0, 0)]
    for item in near:
        corners.append((row, column))
        column += item.shape[1] + GAP_PX
    rows = max(top + item.shape[0] for (top, _), item in zip(corners, pictures, strict=True))
    columns = max(left + item.shape[1] for (_, left), item in zip(corners, pictures, strict=True))
    sheet = np.full((rows, columns), WHITE, np.uint8)
    for (top, left), item in zip(corners, pictures, strict=True):
        sheet[top : top + item.shape[0], left : left + item.shape[1]] = item
    return sheet
