"""Tissues and the signal of each in each sequence: relaxation at 3 T and the spin-echo equation. Pure.

Sources of T1 and T2 at 3 T:
- Gold 2004, AJR 183:343 (muscle, cartilage, synovial fluid, subcutaneous fat, marrow fat)
- Stanisz 2005, Magn Reson Med 54:507 (T1 of blood and, for the nerve, of the optic nerve; their T2 are chosen shorter
  than the 275 and 78 ms there, for slow flow and for fat between the bundles)
- cartilage's T2 is shorter the nearer to the bone: Smith 2001, J Magn Reson Imaging 14:50; how much shorter, chosen
- cortical bone and tendon: T2 of a few ms and less, values chosen; at the echo times used here they are black whatever
  the exact value (Reichert 2005, Magn Reson Imaging 23:611, bone seen by ultrashort echo)
- tendon at the magic angle: T2 rises to some 20 ms (Fullerton 1985, Radiology 155:433)
- inflamed synovium, oedema, skin, retinaculum: no measured set is known to us; chosen between muscle and fluid so that
  the order of brightness is that of the EULAR-OMERACT atlas (2005).
- relaxivity of a gadoterate-like agent at 3 T: Rohrer 2005, Invest Radiol 40:715.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

R1_PER_MM_S = 3.5
R2_PER_MM_S = 4.9
FAT_T1_MS = 371.0
FAT_T2_MS = 133.0
FAT_LEFT = 0.05
"""Share of the fat signal that SPAIR or SPIR leaves."""


@dataclass(frozen=True, slots=True)
class Tissue:
    """Proton density relative to water, T1 and T2 of its water in ms, fat fraction, agent after injection in mmol/l."""

    density: float
    t1_ms: float
    t2_ms: float
    fat: float
    agent_mmol_l: float


class Material(Enum):
    """The tissues of the model."""

    SKIN = Tissue(0.70, 900.0, 30.0, 0.10, 0.15)
    EPIDERMIS = Tissue(0.85, 1000.0, 24.0, 0.05, 0.20)
    FAT = Tissue(0.95, 900.0, 35.0, 0.93, 0.02)
    SEPTUM = Tissue(0.60, 1100.0, 25.0, 0.45, 0.05)
    MUSCLE = Tissue(0.80, 1420.0, 31.7, 0.04, 0.05)
    TENDON = Tissue(0.35, 600.0, 4.0, 0.00, 0.02)
    # A tendon at 55 degrees to the field: its T2 is that of water that isn't held in one direction.
    ASKEW_TENDON = Tissue(0.50, 700.0, 21.0, 0.00, 0.02)
    LIGAMENT = Tissue(0.50, 900.0, 14.0, 0.08, 0.05)
    CORTEX = Tissue(0.18, 250.0, 1.0, 0.00, 0.00)
    MARROW = Tissue(0.88, 1000.0, 40.0, 0.88, 0.03)
    # That of a hand, in pictures that aren't easy: nearly all of it is fat. The trabeculae in it take their share away.
    YELLOW_MARROW = Tissue(0.95, 1000.0, 40.0, 0.915, 0.03)
    OEDEMA = Tissue(0.90, 1350.0, 85.0, 0.12, 0.25)
    CARTILAGE = Tissue(0.72, 1240.0, 36.9, 0.00, 0.03)
    # Towards the bone it holds less water, and that is held faster.
    DEEP_CARTILAGE = Tissue(0.62, 1050.0, 24.0, 0.00, 0.03)
    FLUID = Tissue(1.00, 3620.0, 767.0, 0.00, 0.06)
    NORMAL_SYNOVIUM = Tissue(0.75, 1200.0, 42.0, 0.45, 0.12)
    SYNOVITIS = Tissue(0.92, 1550.0, 105.0, 0.03, 0.80)
    EROSION = Tissue(0.92, 1500.0, 120.0, 0.02, 0.70)
    NERVE = Tissue(0.80, 1083.0, 60.0, 0.03, 0.05)
    VEIN = Tissue(0.85, 1932.0, 180.0, 0.00, 0.90)
    # Blood that leaves the slice between the pulses of a spin echo gives nothing: a flow void.
    ARTERY = Tissue(0.06, 1932.0, 60.0, 0.00, 0.10)


@dataclass(frozen=True, slots=True)
class Sequence:
    """Timing of a turbo spin echo, and whether fat is suppressed and the agent given."""

    repetition_ms: float
    echo_ms: float
    fat_suppressed: bool
    after_agent: bool


def spin_echo(density: float, t1_ms: float, t2_ms: float, sequence: Sequence) -> float:
    """Signal of a 90-180 degree spin echo, for echo times far below the repetition time."""
    recovered = 1 - math.exp(-sequence.repetition_ms / t1_ms)
    return density * recovered * math.exp(-sequence.echo_ms / t2_ms)


def water_signal(tissue: Tissue, sequence: Sequence) -> float:
    """Signal of a tissue's water, 0 to 1; the agent shortens T1 and T2."""
    agent = tissue.agent_mmol_l if sequence.after_agent else 0.0
    t1 = 1000 / (1000 / tissue.t1_ms + R1_PER_MM_S * agent)
    t2 = 1000 / (1000 / tissue.t2_ms + R2_PER_MM_S * agent)
    return spin_echo(tissue.density * (1 - tissue.fat), t1, t2, sequence)


def fat_density(tissue: Tissue) -> float:
    """Proton density of a tissue's fat; times `fat_factor` it is the fat's signal before any suppression."""
    return tissue.density * tissue.fat


def fat_factor(sequence: Sequence) -> float:
    """Signal of pure fat of density 1, not suppressed."""
    return spin_echo(1.0, FAT_T1_MS, FAT_T2_MS, sequence)


def signal(tissue: Tissue, sequence: Sequence) -> float:
    """Signal of water and fat of one tissue, 0 to 1, where suppression is as good as it gets."""
    left = FAT_LEFT if sequence.fat_suppressed else 1.0
    return water_signal(tissue, sequence) + fat_density(tissue) * fat_factor(sequence) * left
