"""Exclusions: why a stack is none of the kinds, why it probably is none, and what else a person should look at. Pure.

Only what the header says for sure is decided; what its text says against its header is asked.
"""

from __future__ import annotations

from collections.abc import Iterable

from workstation.intake.series.look import Look
from workstation.intake.series.wording import Claim

COMPUTED = "a computed image, by its text"
IN_PHASE = "the in-phase image of a Dixon scan"
Test = tuple[bool, str]


def ruled_out(look: Look) -> str:
    """Why it is none of the kinds for sure, "" when nothing says so."""
    return _first((*_by_header(look), *_by_text(look)))


def perhaps_out(look: Look) -> str:
    """Why it is probably none of the kinds, though a person should look; "" when nothing says so."""
    words = look.words
    tests: list[Test] = [
        ("computed" in words, f"{COMPUTED}, but the header says original"),
        ("survey" in words, "a survey, by its text, but the header says spin echo"),
        (bool(words & {"planar", "flow"}), "echo planar or a flow image, by its text, but the header says spin echo"),
        ("inversion" in words or _is_long(look), "inversion recovery, and it is not clear whether short or long"),
        (
            "fast_inversion" in words and not look.is_stir and look.physics.inversion_time is None,
            "inversion recovery, and its inversion time is not given",
        ),
        (_is_unknown_inversion(look), "inversion recovery, and its inversion time is not given"),
    ]
    return _first((*tests, *(_not_gradient(look) if look.is_gradient else _not_spin(look))))


def to_be_looked_at(look: Look) -> tuple[str, ...]:
    """What leaves it open whether a likely kind is the right one."""
    types, words = look.evidence.image_type, look.words
    derived = "DERIVED" in types and "water_only" not in look.types
    unnamed = not look.is_named and "spin" not in words and not look.is_stir and look.physics.flip_angle is None
    tests = (
        (derived, "a computed image (DERIVED), and the header does not say how it was made"),
        (not derived and "SECONDARY" in types, "not an image of the scan itself, by its image type (SECONDARY)"),
        (look.is_in_phase, IN_PHASE),
        (unnamed, "nothing says whether it is a spin or a gradient echo"),
        (look.is_stir and bool(words & {"PD", "T1"}), "the text says STIR and another weighting"),
    )
    return tuple(reason for applies, reason in tests if applies)


def _first(tests: Iterable[Test]) -> str:
    return next((reason for applies, reason in tests if applies), "")


def _by_header(look: Look) -> tuple[Test, ...]:
    sequence, ti = look.evidence.sequence, look.physics.inversion_time
    dynamic = look.is_gradient and look.moments > look.rules.gradient.most_moments
    return (
        ("component" in look.types, "not a magnitude image"),
        ("derived" in look.types, "a computed image, by its image type"),
        ("fat_only" in look.types, "a fat or opposed-phase image"),
        ("EP" in sequence, "echo planar"),
        (bool(sequence & {"PC", "TOF"}), "a flow image"),
        (_is_long(look) and not look.words & {"stir", "T1"}, f"inversion recovery, TI {ti or 0:g} ms"),
        (look.stack.echoes >= look.rules.echoes_at_least, f"{look.stack.echoes} echo times in one series"),
        ((look.stack.first.b_value or 0) > 0, "diffusion weighted"),
        (dynamic, f"{look.moments} images at each position: a dynamic series"),
    )


def _by_text(look: Look) -> tuple[Test, ...]:
    """What the text says and no header denies."""
    words, spin = look.words, look.is_spin
    other_dixon = "dixon" in words and bool(words & {"dixon_fat", "dixon_opposed"}) and "dixon_water" not in words
    ti = look.physics.inversion_time
    short = "stir" in words or look.said.fat is Claim.YES or (ti is not None and not _is_long(look))
    return (
        ("computed" in words and "DERIVED" in look.evidence.image_type, COMPUTED),
        (other_dixon, "a fat or opposed-phase image, by its text"),
        ("planar" in words and not spin, "echo planar, by its text"),
        ("flow" in words and not spin, "a flow image, by its text"),
        ("inversion" in words and not short and "T1" not in words, "inversion recovery, by its text"),
        ("survey" in words and not spin, "a survey, by its text"),
    )


def _not_gradient(look: Look) -> tuple[Test, ...]:
    return ((bool(look.words & {"spin", "stir"}), "gradient echo, but the text says spin echo"),)


def _not_spin(look: Look) -> tuple[Test, ...]:
    physics, limits = look.physics, look.rules.gradient
    flip, te = physics.flip_angle, physics.echo_time
    by_text = bool(look.words & {"gradient", "gradient_t1", "other_contrast"})
    return (
        (by_text, "a gradient echo, by its text, but the header says spin echo"),
        (
            flip is not None and flip < limits.flip_angle_below,
            f"a flip angle of {flip or 0:g} degrees is too small for a spin echo",
        ),
        (te is not None and te < limits.echo_time_below, f"TE {te or 0:g} ms is too short for a spin echo"),
    )


def _is_long(look: Look) -> bool:
    return (look.physics.inversion_time or 0) > look.rules.short_inversion.high


def _is_unknown_inversion(look: Look) -> bool:
    """SPAIR is noted as an inversion by some scanners, without a long inversion time."""
    fat_by_inversion = (look.said.fat is Claim.YES or look.fat_option) and not _is_long(look)
    return "IR" in look.evidence.sequence and not look.is_stir and not fat_by_inversion
