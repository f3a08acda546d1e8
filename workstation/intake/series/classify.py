"""Kind of each series of a visit, and why: geometry, timing and contrast decide, text only where they are silent. Pure.

What isn't sure, or is said in two ways, is a question to a person. Reasons quote numbers and words of our own
vocabulary only, never text of the file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scoring.values import replace
from workstation.imaging.orientation import plane_of
from workstation.intake.decisions.kind import UNKNOWN_WORD
from workstation.intake.series.agent import Agent
from workstation.intake.series.exclusions import IN_PHASE
from workstation.intake.series.rules import Rules
from workstation.intake.series.signs import Signs, by_timing, signs_of
from workstation.intake.series.stacks import Stack
from workstation.intake.series.stand_ins import ASKED, Rule, StandIns
from workstation.intake.series.visit_contrast import IN_A_JOINT, LEAST_SERIES, Contrast, Visit, contrast_of
from workstation.intake.series.wording import Claim

OTHER = "OTHER"
SUPPRESSED = {"T1": "T1FSGD", "PD": "T2FS", "T2": "T2FS"}
KIND_OF_TEXT = {"T1": ("T1", "T1FSGD"), "PD": ("PD",), "T2": ("T2FS",)}


@dataclass(frozen=True, slots=True)
class Recognised:
    """kind: T1, T2FS, PD, T1FSGD or OTHER. unsure: a person should choose among the candidates, likeliest first.

    against: those of the reasons that speak against the kind, or leave it open. unknown: words of its text that no list
    has, where they leave it open; text of the file, for the coordinator alone. view_why: of a radiograph, why its plane
    is that view; views: those that it may be, likeliest first, where a person should choose.
    """

    kind: str
    plane: str
    reasons: tuple[str, ...]
    unsure: bool = False
    against: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    view_why: str = ""
    views: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A kind and why. open: what a person should look at; others: kinds that it may be instead.

    likelier: whether one of these is likelier than OTHER, which stands until a person has looked.
    """

    kind: str
    why: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    likelier: bool = False


def recognise(stacks: Sequence[Stack], rules: Rules, stand_ins: StandIns = ASKED) -> tuple[Recognised, ...]:
    """The kind of each stack of one visit, in the order given; contrast is judged within the visit."""
    moments = Counter(_repeated_key(stack) for stack in stacks)
    common = _common_lines(stacks, rules)
    signs = [signs_of(stack, rules, moments[_repeated_key(stack)], common) for stack in stacks]
    visit = Visit(stacks, _without_common_words(stacks, signs))
    return tuple(_recognised(number, visit, stand_ins) for number in range(len(stacks)))


def _repeated_key(stack: Stack) -> tuple[str, ...]:
    """What the images of a dynamic series have in common: series, orientation and echo."""
    return (stack.series_uid, *(part for part in stack.key if part.startswith(("geometry=", "echo=", "type="))))


def _common_lines(stacks: Sequence[Stack], rules: Rules) -> frozenset[str]:
    """Lines that stand on every series of a visit, such as the name of its protocol: they tell none from another."""
    if len({stack.series_uid for stack in stacks}) < LEAST_SERIES:
        return frozenset()
    various = len({by_timing(stack.first.physics, rules)[0] for stack in stacks} - {""}) > 1
    return (
        frozenset.intersection(*(frozenset(stack.first.evidence.words) for stack in stacks)) if various else frozenset()
    )


def _without_common_words(stacks: Sequence[Stack], signs: Sequence[Signs]) -> list[Signs]:
    """A word that stands on every series of a visit, whatever its weighting, tells none from another."""
    shown = [k for k, sign in enumerate(signs) if not sign.ruled_out and not sign.gradient]
    various = len({signs[k].weighting for k in shown}) > 1
    if not various or len({stacks[k].series_uid for k in shown}) < LEAST_SERIES:
        return list(signs)
    common = frozenset.intersection(*(signs[k].said.unknown for k in shown))
    return [replace(sign, said=replace(sign.said, unknown=sign.said.unknown - common)) for sign in signs]


def _recognised(number: int, visit: Visit, stand_ins: StandIns) -> Recognised:
    sign, plane = visit.signs[number], plane_of(visit.stacks[number].first.normal)
    if sign.ruled_out:
        return Recognised(OTHER, plane, (sign.ruled_out,))
    found = _found(number, visit, stand_ins)
    reasons = tuple(dict.fromkeys((*sign.reasons, *found.why, *found.open)))
    if not found.open:
        return Recognised(
            found.kind, plane, reasons, against=(*sign.doubts, *(found.why if found.kind == OTHER else ()))
        )
    first = () if found.likelier else (found.kind,)
    candidates = tuple(dict.fromkeys((*first, *found.others, OTHER)))
    if candidates == (OTHER,):
        if found.open == (IN_PHASE,):
            # without suppressed fat it is none of the kinds
            return Recognised(OTHER, plane, reasons, against=found.open)
        candidates = (OTHER, SUPPRESSED.get(sign.weighting, "T2FS"))
    words = tuple(sorted(sign.said.unknown)) if UNKNOWN_WORD in found.open else ()
    return Recognised(found.kind, plane, reasons, unsure=True, against=found.open, candidates=candidates, unknown=words)


def _found(number: int, visit: Visit, stand_ins: StandIns) -> Found:
    sign = visit.signs[number]
    if sign.perhaps_out:
        return Found(OTHER, open=(sign.perhaps_out,), others=_fitting(sign))
    if sign.gradient:
        return _of_gradient(number, visit, stand_ins)
    if sign.fat is None or not sign.weighting:
        return Found(
            OTHER, open=(*sign.doubts, "not sure enough to choose a kind"), others=_fitting(sign), likelier=True
        )
    if sign.weighting == "T1":
        found = _t1(sign, contrast_of(number, visit))
    elif sign.weighting == "T2":
        found = Found("T2FS") if sign.fat else Found(OTHER, ("T2 without fat suppression is not in the protocol",))
    else:
        found = _pd_with_fat(stand_ins.pdfs_for_t2fs) if sign.fat else Found("PD")
    return _looked_at(sign, found)


def _t1(sign: Signs, contrast: Contrast) -> Found:
    open_ = () if contrast.sure else (contrast.why,)
    joint = sign.agent is Agent.JOINT
    if sign.fat:
        if contrast.after:
            return Found("T1FSGD", (contrast.why,), open_)
        why = (contrast.why, "the protocol has T1 with fat suppression only after contrast")
        return Found(OTHER, why, open_, ("T1FSGD",), likelier=sign.said.contrast is Claim.SILENT and not joint)
    if contrast.after:
        why = (contrast.why, "the protocol has T1 after contrast only with fat suppression")
        return Found(OTHER, why, open_, ("T1",))
    return Found("T1", (contrast.why,), open_)


def _pd_with_fat(rule: Rule) -> Found:
    said = "PD with fat suppression"
    if rule is Rule.YES:
        return Found("T2FS", (f"{said} is read as T2FS in this study",))
    if rule is Rule.NO:
        return Found(OTHER, (f"{said} is not in the protocol",))
    return Found(
        OTHER, open=(f"{said}: protocol.toml does not say whether it is read as T2FS",), others=("T2FS",), likelier=True
    )


def _of_gradient(number: int, visit: Visit, stand_ins: StandIns) -> Found:
    """One with fat suppression after contrast that is weighted T1 shows nearly what T1FSGD does; no other is asked."""
    sign, contrast = visit.signs[number], contrast_of(number, visit)
    # of VIBE and its like fat suppression is seldom said, and seldom missing
    unsaid = sign.said.contrast is Claim.YES and sign.said.fat is Claim.SILENT and "gradient_t1" in sign.said.classes
    if sign.weighting != "T1" or (sign.fat is False and (sign.fat_denied or not unsaid)):
        return Found(OTHER, ("gradient echo",))
    if contrast.sure and not contrast.after:
        return Found(OTHER, (contrast.why, "gradient echo"))
    said = "a fat-suppressed T1 gradient echo"
    rule = stand_ins.gradient_for_t1fsgd
    if rule is Rule.NO:
        return Found(OTHER, (f"{said} is not in the protocol",))
    if rule is Rule.YES and sign.fat:
        found = _t1(sign, contrast)
        return _looked_at(sign, replace(found, why=(*found.why, f"{said} is read as T1FSGD in this study")))
    open_ = (*sign.doubts, *(() if contrast.sure else (contrast.why,)))
    why = f"{said}: protocol.toml does not say whether it is read as T1FSGD" if rule is Rule.ASK else said
    return Found(OTHER, open=(*open_, why), others=("T1FSGD",), likelier=True)


def _looked_at(sign: Signs, found: Found) -> Found:
    """With what else leaves the kind open: contradictions, words that no list has, contrast in a joint."""
    open_ = [*found.open, *sign.asks]
    if sign.agent is Agent.JOINT and sign.weighting != "T1":
        open_.append(IN_A_JOINT)
    if sign.said.unknown:
        open_.append(UNKNOWN_WORD)
    others = (*found.others, *(_fitting(sign) if open_ and not found.others else ()))
    if sign.said.unknown and sign.fat is False:
        # the word may say that it is
        others = (*others, SUPPRESSED[sign.weighting])
    return replace(found, open=tuple(dict.fromkeys(open_)), others=others)


def _fitting(sign: Signs) -> tuple[str, ...]:
    """The kinds that nothing speaks against, by timing first, then those that the text says."""
    names: Mapping[str, tuple[str, ...]] = KIND_OF_TEXT
    said = sorted(sign.named) or (sorted(names) if not sign.weighting else [])
    kinds = [kind for name in (sign.weighting, *said) for kind in names.get(name, ())]
    if sign.weighting == "PD" and sign.fat is not False:
        kinds.append("T2FS")
    plain = {"T1", "PD"}
    return tuple(kind for kind in kinds if sign.fat is None or sign.fat is not (kind in plain))
