"""Look at one stack: its header, its physics and what its words say, together, as the rules ask for them. Pure."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from workstation.intake.frames import Evidence, Physics
from workstation.intake.series.rules import Rules
from workstation.intake.series.stacks import Stack
from workstation.intake.series.wording import Claim, Said, said_by


@dataclass(frozen=True, slots=True)
class Look:
    """types: which of the rules' image types the header names. moments: images at each place of the series."""

    stack: Stack
    rules: Rules
    said: Said
    types: AbstractSet[str]
    moments: int

    @property
    def evidence(self) -> Evidence:
        """The header's."""
        return self.stack.first.evidence

    @property
    def physics(self) -> Physics:
        """The header's."""
        return self.stack.first.physics

    @property
    def words(self) -> frozenset[str]:
        """The classes of words in the text."""
        return self.said.classes

    @property
    def is_named(self) -> bool:
        """Whether the header says which kind of echo it is."""
        return bool({"SE", "GR"} & self.evidence.sequence)

    @property
    def is_spin(self) -> bool:
        """Whether the header says that it is a spin echo."""
        return "SE" in self.evidence.sequence and "GR" not in self.evidence.sequence

    @property
    def is_gradient(self) -> bool:
        """Whether it is a gradient echo: by the header, else by angle and time, else by its text."""
        if self.is_named:
            return "GR" in self.evidence.sequence
        flip, tr = self.physics.flip_angle, self.physics.repetition_time
        limits = self.rules.gradient
        fast = (tr or 0) < limits.repetition_time_below
        return bool(self.words & {"gradient", "gradient_t1"}) or (
            flip is not None and flip < limits.flip_angle_below and fast
        )

    @property
    def is_stir(self) -> bool:
        """Whether it is a short inversion recovery spin echo: nulls fat, shows fluid, whatever its echo time."""
        ti, tr = self.physics.inversion_time, self.physics.repetition_time
        in_time = tr is None or self.rules.stir_repetition_time.holds(tr)
        if "inversion" in self.words or not in_time or "GR" in self.evidence.sequence:
            return False
        if ti is None or not self.rules.short_inversion.holds(ti):
            return ti is None and "stir" in self.words
        # SPAIR and SPIR are inversions too, of fat alone, and leave PD and T1 what they are
        selective = self.said.fat is Claim.YES and bool(self.words & {"PD", "T1"})
        return tr is not None and ("stir" in self.words or ("IR" in self.evidence.sequence and not selective))

    @property
    def is_in_phase(self) -> bool:
        """Whether it is the in-phase image of a Dixon scan."""
        return "in_phase" in self.types or {"dixon", "dixon_in"} <= self.words

    @property
    def fat_option(self) -> bool:
        """Whether the scan options say that fat is suppressed."""
        return bool(set(self.evidence.scan_options) & self.rules.fat_options)


def look_at(stack: Stack, rules: Rules, moments: int, common: frozenset[str]) -> Look:
    """One stack of a series that has so many images at each place; common lines of its visit are left out."""
    evidence = stack.first.evidence
    types = {
        name
        for name, pattern in rules.image_types.items()
        if any(pattern.fullmatch(value) for value in evidence.image_type)
    }
    lines = [line for line in evidence.words if line not in common]
    return Look(stack, rules, said_by(lines, evidence.sequence_names, rules), types, moments)
