"""Recognition of series: geometry, timing and contrast decide, text only where they are silent. Pure.

Reasons quote numbers and words of our own vocabulary only, never text of the file.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from workstation.intake.series.rules import Rules
from workstation.intake.series.stacks import Stack, plane_of

WORD = re.compile(r"\+?[A-Z0-9]+\+?")
OTHER = "OTHER"
ANGLE_COSINE = 0.95
# a single letter is taken for one of a Dixon scan's images at an end of the text or beside the word alone
DIXON_IMAGES = frozenset({"dixon_water", "dixon_fat", "dixon_opposed"})


@dataclass(frozen=True, slots=True)
class Recognised:
    """kind: T1, T2FS, PD, T1FSGD or OTHER. unsure: a person should choose among the candidates, likeliest first.

    against: those of the reasons that speak against the kind, or leave it open.
    """

    kind: str
    plane: str
    reasons: tuple[str, ...]
    unsure: bool = False
    against: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Signs:
    """What one stack shows by itself. weighting: T1, PD, T2 or ""; fat and contrast: True, False, None unknown.

    ruled_out: why it can't be one of the kinds, "" when it can.
    """

    weighting: str
    fat: bool | None
    agent: bool
    contrast_text: bool | None
    ruled_out: str
    reasons: tuple[str, ...]
    doubts: tuple[str, ...] = ()


def recognise(stacks: Sequence[Stack], rules: Rules) -> tuple[Recognised, ...]:
    """The kind of each stack of one visit, in the order given; contrast is judged within the visit."""
    signs = [signs_of(stack, rules) for stack in stacks]
    return tuple(_kind(number, stacks, signs) for number in range(len(stacks)))


def signs_of(stack: Stack, rules: Rules) -> Signs:
    """What a stack shows by itself."""
    words = _words(stack, rules)
    timing, timing_reason = _by_timing(stack, rules)
    fat, fat_reason = _fat(stack, rules, words)
    weighting, reasons = _weighting(timing, timing_reason, words)
    doubts = reasons[1:] if timing or not weighting else reasons[:1]
    stir = _is_stir(stack, rules, words)
    if stir:
        weighting, fat, fat_reason = "T2", True, "a short inversion recovery: fat is suppressed"
    return Signs(
        weighting=weighting,
        fat=fat,
        agent=stack.first.evidence.contrast,
        contrast_text=_contrast_text(words),
        ruled_out=_ruled_out(stack, rules, words, stir=stir),
        reasons=(*reasons, fat_reason) if fat_reason else reasons,
        doubts=doubts if fat is not None else (*doubts, fat_reason),
    )


def _words(stack: Stack, rules: Rules) -> frozenset[str]:
    """Which classes of our vocabulary the text speaks of. A word after a denial (no, without) counts as denied."""
    found: set[str] = set()
    for line in stack.first.evidence.words:
        words = WORD.findall(_spelled_out(line, rules))
        for number, word in enumerate(words):
            denied = number > 0 and rules.words["denied"].fullmatch(words[number - 1])
            after_dixon = number > 0 and rules.words["dixon"].fullmatch(words[number - 1])
            at_end = after_dixon or number in {0, len(words) - 1}
            for name, pattern in rules.words.items():
                if (at_end or name not in DIXON_IMAGES) and pattern.fullmatch(word):
                    found.add(f"not_{name}" if denied else name)
    return frozenset(found)


def _spelled_out(line: str, rules: Rules) -> str:
    """The line without accents, with the words that a console's signs stand for."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", line) if not unicodedata.combining(sign))
    for pattern, word in rules.spelled_out:
        plain = pattern.sub(word, plain)
    return plain


def _by_timing(stack: Stack, rules: Rules) -> tuple[str, str]:
    """The weighting by repetition and echo time, "" when they don't decide, and the sentence that says so."""
    tr, te = stack.first.physics.repetition_time, stack.first.physics.echo_time
    if tr is None or te is None:
        return "", "repetition or echo time is not given"
    numbers = f"TR {tr:g} ms, TE {te:g} ms"
    for name, timing in rules.timing.items():
        if timing.repetition_time.holds(tr) and timing.echo_time.holds(te):
            return name, f"{numbers}: {name} weighting"
    return "", f"{numbers}: between the ranges of the weightings"


def _weighting(timing: str, timing_reason: str, words: frozenset[str]) -> tuple[str, tuple[str, ...]]:
    named = sorted(words & {"T1", "PD", "T2"})
    if timing:
        others = [name for name in named if name != timing]
        doubt = (f"the text says {' and '.join(others)}; timing decides",) if others and timing not in named else ()
        return timing, (timing_reason, *doubt)
    if len(named) == 1:
        return named[0], (timing_reason, f"the text says {named[0]}")
    said = f"the text says {' and '.join(named)}" if named else "the text names no weighting"
    return "", (timing_reason, said)


def _fat(stack: Stack, rules: Rules, words: frozenset[str]) -> tuple[bool | None, str]:
    evidence = stack.first.evidence
    text = "fat" in words and not words & {"not_fat", "not_not_fat"}
    if set(evidence.image_type) & rules.image_types["water_only"] or words >= {"dixon", "dixon_water"}:
        return True, "water image: fat is suppressed"
    if set(evidence.scan_options) & rules.fat_options:
        return True, "the scan options say that fat is suppressed"
    if evidence.fat == "YES":
        return True, "the header says that fat is suppressed"
    if evidence.fat == "NO" and text:
        return None, "the text says that fat is suppressed, the header that it isn't"
    if text:
        return True, "the text says that fat is suppressed"
    return False, "nothing says that fat is suppressed"


def _is_stir(stack: Stack, rules: Rules, words: frozenset[str]) -> bool:
    """A short inversion recovery spin echo: nulls fat, shows fluid, whatever its echo time."""
    physics, evidence = stack.first.physics, stack.first.evidence
    ti, tr = physics.inversion_time, physics.repetition_time
    if "inversion" in words or (tr is not None and not rules.stir_repetition_time.holds(tr)):
        return False
    if ti is None:
        return "stir" in words and "GR" not in evidence.sequence
    return rules.short_inversion.holds(ti) and tr is not None and ("IR" in evidence.sequence or "stir" in words)


def _ruled_out(stack: Stack, rules: Rules, words: frozenset[str], *, stir: bool) -> str:
    evidence, physics = stack.first.evidence, stack.first.physics
    types, sequence = set(evidence.image_type), evidence.sequence
    spin = "SE" in sequence and "GR" not in sequence
    ti = physics.inversion_time
    named = "SE" in sequence or "GR" in sequence
    small = (
        physics.flip_angle is not None
        and physics.flip_angle < rules.gradient_flip_below
        and (physics.repetition_time or 0) < rules.gradient_repetition_below
    )
    long_inversion = ti is not None and ti > rules.short_inversion.high
    tests = (
        (bool(types & rules.image_types["component"]), "not a magnitude image"),
        (bool(types & rules.image_types["derived"]), "a derived image"),
        ("computed" in words, "a derived image by its text"),
        (bool(types & rules.image_types["fat_only"]), "a fat or opposed-phase image"),
        ("dixon" in words and bool(words & {"dixon_fat", "dixon_opposed"}), "a fat or opposed-phase image by its text"),
        ("EP" in sequence or "planar" in words, "echo planar"),
        ("GR" in sequence or (not named and small) or (not spin and "gradient" in words), "gradient echo"),
        (bool(sequence & {"PC", "TOF"}), "a flow image"),
        (long_inversion, f"inversion recovery, TI {ti or 0:g} ms"),
        ("IR" in sequence and not stir and not _fat_by_inversion(stack, rules, words), "inversion recovery"),
        ("inversion" in words, "inversion recovery by its text"),
        ("survey" in words and not spin, "a survey by its text"),
        (stack.echoes >= rules.echoes_at_least, f"{stack.echoes} echo times in one series"),
        ((stack.first.b_value or 0) > 0, "diffusion weighted"),
    )
    return next((reason for applies, reason in tests if applies), "")


def _fat_by_inversion(stack: Stack, rules: Rules, words: frozenset[str]) -> bool:
    """SPAIR is noted as an inversion by some scanners, without a long inversion time."""
    ti = stack.first.physics.inversion_time
    return "fat" in words and (ti is None or ti <= rules.short_inversion.high)


def _contrast_text(words: frozenset[str]) -> bool | None:
    if words & {"before", "not_contrast"}:
        return False
    return True if "contrast" in words else None


def _kind(number: int, stacks: Sequence[Stack], signs: Sequence[Signs]) -> Recognised:
    stack, sign = stacks[number], signs[number]
    plane = plane_of(stack.first.normal)
    if sign.ruled_out:
        return Recognised(OTHER, plane, (sign.ruled_out,))
    if sign.fat is None or not sign.weighting:
        reasons = (*sign.reasons, "not sure enough to name it")
        return Recognised(OTHER, plane, reasons, True, (*sign.doubts, reasons[-1]), _candidates(sign))
    if sign.weighting == "T1":
        return _t1(number, stacks, signs, plane)
    if sign.weighting == "T2":
        kind, why = ("T2FS", ()) if sign.fat else (OTHER, ("T2 without fat suppression is not in the protocol",))
    else:
        kind, why = (OTHER, ("PD with fat suppression is not in the protocol",)) if sign.fat else ("PD", ())
    return Recognised(kind, plane, (*sign.reasons, *why), against=(*sign.doubts, *why))


def _t1(number: int, stacks: Sequence[Stack], signs: Sequence[Signs], plane: str) -> Recognised:
    sign = signs[number]
    after, why, unsure = _after_contrast(number, stacks, signs)
    reasons = (*sign.reasons, why)
    if sign.fat and after:
        doubts = (*sign.doubts, why) if unsure else sign.doubts
        return Recognised("T1FSGD", plane, reasons, unsure, doubts, ("T1FSGD", OTHER) if unsure else ())
    if sign.fat:
        reasons = (*reasons, "T1 with fat suppression is in the protocol after contrast only")
        # an agent that nobody noted is the rule, not the exception: only a text that denies it settles the matter
        unsure = sign.contrast_text is None
        return Recognised(OTHER, plane, reasons, unsure, (why,), ("T1FSGD", OTHER) if unsure else ())
    if after:
        said = "T1 after contrast is in the protocol with fat suppression only"
        return Recognised(OTHER, plane, (*reasons, said), against=(*sign.doubts, said))
    return Recognised("T1", plane, reasons, against=sign.doubts)


def _candidates(sign: Signs) -> tuple[str, ...]:
    """The kinds that nothing speaks against, and OTHER."""
    by_weighting = {"T1": ("T1", "T1FSGD"), "T2": ("T2FS",), "PD": ("PD",), "": ("T1", "PD", "T2FS", "T1FSGD")}
    plain = {"T1", "PD"}
    fitting = [kind for kind in by_weighting[sign.weighting] if sign.fat is None or sign.fat is not (kind in plain)]
    return (*fitting, OTHER)


def _after_contrast(number: int, stacks: Sequence[Stack], signs: Sequence[Signs]) -> tuple[bool, str, bool]:
    """Whether the stack was made after contrast, the sentence that says why, and whether a person should look."""
    sign = signs[number]
    # an agent noted for the whole visit says that contrast was given at some time, not when
    plain = [item for item in signs if not item.ruled_out]
    everywhere = len({stack.series_uid for stack in stacks}) > 2 and all(item.agent for item in plain)  # noqa: PLR2004
    if sign.agent and not everywhere:
        return True, "the header names a contrast agent", False
    if sign.contrast_text is not None:
        said = "after contrast" if sign.contrast_text else "before contrast"
        return sign.contrast_text, f"the text says {said}", False
    if not sign.fat:
        return False, "nothing says that contrast was given", False
    if everywhere and sign.fat:
        return True, "contrast was given at this visit, and this is T1 with fat suppression", True
    if _repeats_earlier(number, stacks, signs):
        return True, "repeats the place of an earlier T1 without fat suppression, at the end of the visit", True
    return False, "nothing says that contrast was given", False


def _repeats_earlier(number: int, stacks: Sequence[Stack], signs: Sequence[Signs]) -> bool:
    """Whether it covers the place of an earlier T1, and everything that isn't T1 with fat suppression came before."""
    stack = stacks[number]
    moment = _moment(stack)
    others = [k for k in range(len(stacks)) if not (signs[k].weighting == "T1" and signs[k].fat)]
    if not moment or any(not _moment(stacks[k]) or _moment(stacks[k]) >= moment for k in others):
        return False
    return any(signs[k].weighting == "T1" and not signs[k].ruled_out and _same_place(stack, stacks[k]) for k in others)


def _moment(stack: Stack) -> str:
    return min((frame.acquired for frame in stack.frames), default="") or stack.first.facts.series_time


def _same_place(a: Stack, b: Stack) -> bool:
    """Parallel, in one frame of reference, and each covering the middle of the other."""
    if not a.first.facts.frame_of_reference or a.first.facts.frame_of_reference != b.first.facts.frame_of_reference:
        return False
    normal = a.first.normal
    if abs(sum(normal[k] * b.first.normal[k] for k in range(3))) < ANGLE_COSINE:
        return False
    return _covers_middle(a, b, normal) and _covers_middle(b, a, normal)


def _covers_middle(a: Stack, b: Stack, normal: tuple[float, float, float]) -> bool:
    spread = [sum(frame.position_mm[k] * normal[k] for k in range(3)) for frame in a.frames]
    other = [sum(frame.position_mm[k] * normal[k] for k in range(3)) for frame in b.frames]
    middle = (min(other) + max(other)) / 2
    return min(spread) <= middle <= max(spread)
