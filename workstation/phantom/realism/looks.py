"""Looks of one person's tissues: grain of the marrow, thickness of the cortex, levels of the lesions. Pure.

All of it hangs on the place in the hand's own axes, so that both visits and all series show the same trabeculae.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from workstation.phantom.anatomy.bone_shapes import CODES, Bone
from workstation.phantom.anatomy.bones import Skeleton
from workstation.phantom.anatomy.facets import Chain
from workstation.phantom.anatomy.fields import Ellipsoid, Field, Points, ripple
from workstation.phantom.realism import cysts, nerve
from workstation.phantom.realism.difficulty import Effects
from workstation.phantom.realism.grain import Grain
from workstation.phantom.realism.metal import Metal

# Depth of the growth plate's scar below the joint surface, mm of the model.
_SCARS = {"RAD": 9.5, "ULN": 7.5, "MC1": 6.5}
_SHARE_OF_BONE = 0.09
"""Of marrow in the mean: trabecular bone gives no signal."""

_FINE, _LUMPS, _RED = 0.048, 0.068, 0.042
_BETWEEN_BONES = 0.035


@dataclass(frozen=True, slots=True)
class Looks:
    """What one person's tissues look like.

    fine: grain from half a millimetre up. coarse: patches of some millimetres. greys: by bone, how far its marrow lies
    off the mean. tilts: by bone, which end has the thicker shell. levels: by feature and site, 0 to 1, where among
    what is usual a lesion's level lies. fatness: thickness of the fat under the skin against the usual one.
    metal: what the person carries of it. cysts, canals: by bone, what is no erosion. fascicles: of the nerves.
    """

    effects: Effects
    fine: Grain
    coarse: Grain
    greys: Mapping[str, float]
    tilts: Mapping[str, float]
    levels: Mapping[tuple[str, str], float]
    fatness: float = 1.0
    metal: Metal | None = None
    cysts: Mapping[str, tuple[Ellipsoid, ...]] = field(default_factory=dict)
    canals: Mapping[str, tuple[Chain, ...]] = field(default_factory=dict)
    fascicles: nerve.Middles = field(default_factory=lambda: np.zeros((2, 2)))

    @classmethod
    def drawn(
        cls,
        effects: Effects,
        random: np.random.Generator,
        sites: Mapping[str, tuple[str, ...]],
        skeleton: Skeleton,
    ) -> Looks:
        """The looks of a person. sites: those of each feature."""
        fine = Grain.drawn(random, points=96, step_mm=0.33, longest_mm=6.0, shortest_mm=0.6, falling=1.7, finer=1)
        coarse = Grain.drawn(random, points=64, step_mm=0.8, longest_mm=12.0, shortest_mm=2.5, falling=2.6, finer=2)
        greys = {code: float(random.normal(0, _BETWEEN_BONES)) for code in CODES}
        tilts = {code: float(random.uniform(-0.45, 0.45)) for code in CODES}
        levels: dict[tuple[str, str], float] = {}
        for feature, codes in sites.items():
            # spread evenly rather than drawn, so that a few lesions already have the spread of many
            ranks = (np.arange(len(codes)) + random.random(len(codes))) / len(codes)
            levels |= {(feature, code): float(at) for code, at in zip(codes, random.permutation(ranks), strict=True)}
        fatness = float(np.exp(np.clip(random.normal(0, 0.25), -0.5, 0.5)))
        metal = Metal.drawn(effects.metal, random)
        no_erosions = cysts.drawn(skeleton, effects.cysts, random)
        fascicles = nerve.drawn(random)
        return cls(effects, fine, coarse, greys, tilts, levels, fatness, metal, *no_erosions, fascicles)

    def bone_in_marrow(self, code: str, at: Points, distance: Field, depth: Field | None) -> Field:
        """Share of bone in the marrow: a dense, fine, even-handed grain, patches, a scar where the bone once grew."""
        much = np.float32(self.effects.marrow)
        offset = 7.0 * CODES.index(code)
        # Trabeculae are drawn out along the load, which is along the arm.
        grain = np.float32(_FINE) * self.fine.at(at, (1.0, 1.0, 1.8), offset)
        lumps = np.float32(_LUMPS) * self.coarse.at(at, (0.55, 0.55, 0.8), offset)
        # Denser within a millimetre of the shell.
        dense = np.float32(0.10) * np.exp(np.minimum(distance, 0) / np.float32(0.9))
        share = np.float32(_SHARE_OF_BONE + self.greys[code]) + dense + much * (grain + lumps)
        if depth is not None and code in _SCARS:
            share = share + much * self._scar(at, depth, _SCARS[code])
        # a little below none: where trabeculae are few it is brighter than in the mean
        result: Field = np.clip(share, -0.15, 0.8)
        return result

    def _scar(self, at: Points, depth: Field, where: float) -> Field:
        wavy = depth - np.float32(where) - np.float32(0.9) * self.coarse.at(at, (0.6, 0.6, 0.6), 31.0)
        line = np.clip(1 - np.abs(wavy) / np.float32(0.55), 0, 1)
        result: Field = np.float32(0.30) * line * np.clip(0.6 + 0.5 * self.coarse.at(at, (0.4, 0.4, 0.4), 53.0), 0, 1)
        return result

    def red(self, code: str, at: Points) -> Field:
        """Share of red marrow's water, in patches: hardly seen but where fat is suppressed."""
        offset = 7.0 * CODES.index(code) + 3.0
        fine, coarse = self.fine.at(at, (2.2, 2.2, 3.0), offset), self.coarse.at(at, (0.6, 0.6, 0.8), offset)
        patches = 1 + np.float32(0.3) * fine + np.float32(0.8) * coarse
        result: Field = np.clip(np.float32(_RED * self.effects.marrow) * patches, 0, 0.1)
        return result

    def vessels(self, at: Points, phases: np.ndarray[tuple[int, ...], np.dtype[np.float64]], distance: Field) -> Field:
        """Share of vessels in the marrow: few, fine, near the joint."""
        first, second = ripple(at, phases, 8.5), ripple(at, phases[:, [1, 2, 0, 3]], 7.0)
        beside = np.sqrt(first * first + second * second) * np.float32(3.2)
        near = (distance < np.float32(-1.2)) & (distance > np.float32(-5.0))
        some = np.clip(self.coarse.at(at, offset=17.0), 0, 1)
        result: Field = np.clip(np.float32(0.35) - beside, 0, 0.2) * some * near
        return result

    def shell_mm(self, bone: Bone, at: Points, depth: Field | None) -> Field:
        """Thickness of the cortex: uneven, thicker at one end, and here and there as good as none."""
        much = np.float32(self.effects.cortex)
        offset = 5.0 * CODES.index(bone.code)
        # the shaft's is a smooth tube
        if depth is not None:
            much = much * np.clip(np.float32(1.5) - depth / np.float32(10.0), np.float32(0.12), 1)
        uneven = self.coarse.at(at, (0.8, 0.8, 0.8), offset)
        along = np.tanh((at.z - np.float32(bone.inside[2])) / np.float32(4.0)) * np.float32(self.tilts[bone.code])
        thick = np.float32(bone.cortex_mm) * np.exp(much * (np.float32(0.38) * uneven + along) - np.float32(0.05))
        if depth is not None:
            thick = thick + np.clip(depth - np.float32(8.0), 0, 20) * np.float32(0.035)
        # Where ligaments and vessels enter, and where the plate is thinner than can be resolved.
        thin = np.clip((self.coarse.at(at, (0.8, 0.8, 0.8), offset + 3.0) - np.float32(0.72)) * np.float32(1.8), 0, 1)
        result: Field = thick * (1 - np.float32(0.85) * thin * np.minimum(much, 1))
        return result

    def fat_between(self, at: Points) -> Field:
        """Share of fat between the bundles of a muscle: a fine feather along it, and few planes."""
        much = np.float32(self.effects.flesh)
        feather = self.fine.at(at, (1.0, 1.0, 7.0), 101.0)
        bent = self.coarse.at(at, (0.6, 0.6, 3.0), 103.0)
        planes = np.clip(1 - np.abs(bent) / np.float32(0.30), 0, 1) ** 2
        result: Field = np.clip(
            np.float32(0.07) + much * (np.float32(0.055) * feather + np.float32(0.20) * planes), 0, 0.6
        )
        return result

    def wet(self, at: Points) -> tuple[Field, Field]:
        """How much of a joint gap's middle is fluid, and half how wide that film is, mm: pools, and dry between."""
        pools = self.coarse.at(at, (0.9, 0.9, 0.9), 107.0)
        share: Field = np.clip(np.float32(0.75) * (pools - np.float32(0.5)), 0, 0.8)
        film: Field = np.float32(0.04) + np.float32(0.16) * np.clip(pools, 0, 2)
        return share, film

    def dark_in_gap(self, at: Points) -> Field:
        """Share of a joint gap that is neither cartilage nor fluid but fibres from bone to bone, or worn to bone."""
        much = np.float32(self.effects.flesh)
        result: Field = much * np.clip(np.float32(0.50) * self.coarse.at(at, (0.6, 0.6, 0.6), 181.0) + 0.18, 0, 0.85)
        return result.astype(np.float32)

    def in_tendon(self, at: Points) -> Field:
        """Share of tissue between the fibres of a tendon: a little everywhere, and thin walls between its slips."""
        much = np.float32(0.16 * self.effects.flesh)
        loose = much * (1 + self.coarse.at(at, (0.30, 0.30, 4.0), 109.0))
        wall = np.clip(1 - np.abs(self.coarse.at(at, (0.36, 0.36, 7.0), 119.0)) / np.float32(0.22), 0, 1)
        some = np.clip(np.float32(0.5) + np.float32(0.8) * self.coarse.at(at, (1.5, 1.5, 8.0), 121.0), 0, 1)
        result: Field = np.clip(loose + np.float32(0.5 * self.effects.flesh) * wall * some, 0, 0.7)
        return result

    def fibres(self, at: Points) -> Field:
        """Share of a ligament that is fibres rather than fat between them: streaks."""
        result: Field = np.clip(np.float32(0.85) + np.float32(0.22) * self.fine.at(at, (1.2, 1.2, 1.2), 167.0), 0.2, 1)
        return result

    def between_fascicles(self, at: Points, middle: tuple[Field, Field] | tuple[float, float]) -> Field:
        """Share of fat between the fascicles of a nerve. middle: where its middle is, x and y.

        Fascicles join and part along it, so their walls wander.
        """
        across = at.x - middle[0] + np.float32(0.35) * self.coarse.at(at, (1.0, 1.0, 6.0), 173.0)
        up = at.y - middle[1] + np.float32(0.35) * self.coarse.at(at, (1.0, 1.0, 6.0), 179.0)
        result: Field = np.float32(0.42 * min(self.effects.flesh, 1.2)) * nerve.between(self.fascicles, across, up)
        return result.astype(np.float32)

    def fat_in_tunnel(self, at: Points) -> Field:
        """Share of fat between the tendons of the carpal tunnel."""
        much = np.float32(self.effects.flesh)
        result: Field = np.clip(
            np.float32(0.18) * much * (1 + np.float32(1.1) * self.coarse.at(at, (0.5, 0.5, 1.5), 113.0)), 0, 0.7
        )
        return result

    def flow(self, at: Points) -> Field:
        """Share of its signal that slow blood in a vein gives: less where it runs faster."""
        result: Field = np.clip(np.float32(0.6) + np.float32(0.3) * self.coarse.at(at, (0.5, 0.5, 2.0), 127.0), 0.1, 1)
        return result

    def cartilage_mm(self, at: Points) -> Field:
        """How thick the cartilage of either bone is: where less than half the gap, the two don't meet."""
        uneven = np.float32(0.42) * self.coarse.at(at, (0.6, 0.6, 0.6), 131.0)
        result: Field = np.clip(np.float32(0.78) + np.float32(min(self.effects.flesh, 1.0)) * uneven, 0.1, 1.6)
        return result

    def walls_in_fat(self, at: Points) -> Field:
        """Share of connective tissue in fat: walls that come and go, of unlike thickness, and a grain between them."""
        much = np.float32(self.effects.flesh)
        # drawn out along the skin and the arm rather than across
        first, second = self.coarse.at(at, (1.5, 0.9, 3.0), 191.0), self.coarse.at(at, (1.1, 0.7, 2.2), 193.0)
        there = np.clip(np.float32(0.45) + np.float32(0.55) * self.coarse.at(at, (1.4, 1.4, 3.0), 197.0), 0, 1)
        walls = np.clip(1 - np.abs(first) / np.float32(0.11), 0, 1) * there
        finer = np.clip(1 - np.abs(second) / np.float32(0.07), 0, 1) * (1 - there)
        share = np.float32(0.05) + much * (
            np.float32(0.34) * walls + np.float32(0.20) * finer + np.float32(0.035) * self.fine.at(at, offset=199.0)
        )
        result: Field = np.clip(share, 0, 0.6)
        return result

    def between_muscles(self, at: Points) -> Field:
        """Share of fat in the plane between two muscles: here a layer, there the two lie on each other."""
        planes = np.float32(0.35) + np.float32(0.45) * self.coarse.at(at, (1.2, 1.2, 4.0), 211.0)
        result: Field = np.float32(self.effects.flesh) * np.clip(planes, 0, 1)
        return result.astype(np.float32)

    def rods(self, at: Points, wide: float, stretch: tuple[float, float, float], offset: float) -> Field:
        """What runs through a tissue like a cord or a vessel, 0 to 1: where two fields are nothing at once."""
        first, second = self.coarse.at(at, stretch, offset), self.coarse.at(at, stretch, offset + 5.0)
        result: Field = np.clip((np.float32(wide) - np.sqrt(first * first + second * second)) * np.float32(5.0), 0, 1)
        return result

    def here_and_there(self, at: Points) -> Field:
        """Share of slow blood in small vessels: many can't be seen."""
        result: Field = np.clip(np.float32(0.22) * self.coarse.at(at, (1.5, 1.5, 3.0), 269.0), 0, 0.35)
        return result

    def patches_in_muscle(self, at: Points) -> Field:
        """Share of fat in a muscle where it has more than elsewhere."""
        result: Field = np.float32(0.22 * self.effects.flesh) * np.clip(
            self.coarse.at(at, (1.1, 1.1, 5.0), 233.0) - np.float32(0.6), 0, 1.2
        )
        return result

    def winding(self, at: Points) -> Points:
        """Places moved so that a straight vessel at them winds, by a millimetre or so."""
        aside = np.float32(1.1) * self.coarse.at(at, (4.0, 4.0, 4.0), 223.0)
        up = np.float32(0.6) * self.coarse.at(at, (4.0, 4.0, 4.0), 227.0)
        return Points(at.x + aside, at.y + up, at.z)
