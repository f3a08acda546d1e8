"""Manner in which a series was acquired: noise, coil, bandwidth, suppression, ghosts, drawn within what is usual. Pure.

Ranges are those of some thirty real series of limbs from a dozen sources. Scanners differ by two to three times, so a
person's series are drawn anew. What belongs to a protocol is the same at both visits; what happens on a day isn't.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workstation.phantom.anatomy.tissues import FAT_LEFT, Sequence
from workstation.phantom.realism.difficulty import Effects

_NOISE = {"T1": (0.024, 0.016, 0.042), "PD": (0.030, 0.025, 0.038), "FS": (0.16, 0.12, 0.22)}
"""Noise of each channel over the marrow's signal: usual, least, greatest."""

_SHIFT_POINTS = {"T1": (1.2, 2.0), "PD": (1.2, 1.9), "FS": (0.95, 1.4)}
_MASKED = 0.12
"""Share of series whose air the console has set to zero."""

_ZIPPED, _WRAPPED = 0.05, 0.15
"""Share of series with a line of foreign radio, and of those in which something folds over."""

_LONG_ECHO_MS = 20.0


@dataclass(frozen=True, slots=True)
class Manner:
    """How one series was acquired. Shares of k-space: 1 is all of what was asked.

    noise: of each channel over the marrow's signal; None for what it is in easy pictures. masked: air is set to zero.
    shift_points: fat against water, in acquired points. frequency_axis: along which, 0 down, 1 across. kept: share of
    the phase lines that were acquired. roll_off: where the filter along frequency begins. fat_left: share of fat
    that suppression leaves where it is best. patchy: how unevenly. failing: how much is left at one edge of the hand,
    and towards which (angle). coil: strength of the shading; evened: how much of it the console takes off.
    ghost: height of an artery's copies over the brightest tissue. jerk_mm: how far the hand moved. zipper: height of a
    line over the noise, and where along the frequency axis (0 to 1). wrap: share of signal that folds over along the
    phase axis, and by what share of the field. crosstalk: share of signal that every other slice has lost.
    """

    noise: float | None
    masked: bool
    shift_points: float | None
    frequency_axis: int
    kept: float
    roll_off: float | None
    fat_left: float
    patchy: float
    failing: tuple[float, float]
    coil: float
    evened: float
    ghost: float
    jerk_mm: float
    zipper: tuple[float, float] = (0.0, 0.0)
    wrap: tuple[float, float] = (0.0, 0.0)
    crosstalk: float = 0.0


PLAIN = Manner(None, True, None, 0, 1.0, None, FAT_LEFT, 0.0, (0.0, 0.0), 0.0, 0.0, 0.0, 0.0)
"""That of easy pictures."""


def manner(
    effects: Effects, sequence: Sequence, plane: str, protocol: np.random.Generator, day: np.random.Generator
) -> Manner:
    """The manner of a series. protocol: draws what is the same at both visits. day: what isn't."""
    if effects == Effects():
        return PLAIN
    family = "FS" if sequence.fat_suppressed else "PD" if sequence.echo_ms > _LONG_ECHO_MS else "T1"
    usual, least, most = _NOISE[family]
    noise = float(np.clip(usual * np.exp(protocol.normal(0, 0.22)), least, most)) * effects.noise
    points = float(protocol.uniform(*_SHIFT_POINTS[family])) * effects.shift
    kept = 1 - float(protocol.uniform(0.10, 0.20)) * effects.ringing
    left = float(protocol.uniform(0.027, 0.040))
    patchy = float(protocol.uniform(0.45, 0.8)) * effects.fat
    shading = float(protocol.uniform(0.65, 0.9)) * effects.coil
    evened = float(protocol.uniform(0.35, 0.7))
    masked = bool(protocol.random() < _MASKED)
    fails = float(day.uniform(0.0, 0.30)) * effects.fat * bool(day.random() < 0.6)  # noqa: PLR2004 - a share of series
    towards = float(day.uniform(0, 2 * np.pi))
    height = (0.30 if plane == "AX" else 0.06) * (0.5 if family == "FS" else 1.0) * effects.ghosts
    height *= float(np.exp(0.4 * np.clip(day.normal(), -1, 1)))
    moved = float(day.uniform(0.08, 0.3)) * bool(day.random() < 0.12 * effects.motion)
    zipper = (
        float(day.uniform(3.0, 9.0)) * bool(day.random() < _ZIPPED * effects.zipper),
        float(day.uniform(0.06, 0.94)),
    )
    folds = float(protocol.uniform(0.03, 0.12)) * effects.wrap * bool(protocol.random() < _WRAPPED)
    wrap = (folds, float(protocol.uniform(0.68, 0.80)))
    # short repetition leaves less time between neighbours
    talk = float(protocol.uniform(0.004, 0.022)) * effects.crosstalk * (0.4 if family == "FS" else 1.0)
    return Manner(
        noise=noise if effects.noise else None,
        masked=masked or not effects.noise,
        shift_points=points if effects.shift else None,
        frequency_axis=1 if plane == "AX" and effects.shift else 0,
        kept=kept,
        roll_off=0.85 if effects.ringing else None,
        fat_left=left if effects.fat else FAT_LEFT,
        patchy=patchy,
        failing=(fails, towards),
        coil=shading,
        evened=evened if effects.noise else 0.0,
        ghost=height,
        jerk_mm=moved if effects.motion else 0.0,
        zipper=zipper,
        wrap=wrap,
        crosstalk=talk,
    )
