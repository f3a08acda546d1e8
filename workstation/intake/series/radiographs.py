"""Radiographs told apart: hand or foot, left, right or both, and the view, each with its reason. Pure.

Header and text are asked for all three; what neither says, or what they say in two ways, is a question to a person.
Reasons quote words of our own vocabulary only, never text of the file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

import msgspec

from scoring.schemes.modalities import XR
from scoring.toml_file import shipped_toml
from workstation.intake.decisions.side import said_side
from workstation.intake.decisions.words import words_in
from workstation.intake.series.classify import OTHER, Recognised
from workstation.intake.series.stacks import Stack

HAND, FOOT = "HAND", "FOOT"
BOTH: Final = "LR"
PREFIXES: Final[Mapping[str, str]] = {"L": "L", "R": "R", BOTH: "", "B": ""}
SIDES: Final[Mapping[str, str]] = {"L": "left", "R": "right", BOTH: "both sides", "B": "both sides"}
PARTS: Final[Mapping[str, str]] = {HAND: "hand", FOOT: "foot"}
# "d.p." is "dp"
SPELLED_OUT: Final = re.compile(r"\b([A-Za-z])\.\s?([A-Za-z])\.?(?![A-Za-z])")
SCORED: Final = frozenset({"PA", "AP"})


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a hand or a foot is called: values of BodyPartExamined, and words of texts."""

    parts: frozenset[str]
    words: frozenset[str]


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of the file."""

    hand: _Part
    foot: _Part
    views: Mapping[str, frozenset[str]]
    standard: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Told:
    """One of the three things: what it is, "" unknown, why, and what leaves it open."""

    value: str
    why: tuple[str, ...] = ()
    open: tuple[str, ...] = ()


@cache
def shipped_radiograph_words() -> Words:
    """The words that come with the program."""
    return shipped_toml("workstation.intake.series", "radiographs.toml", Words)


def recognise_radiograph(stack: Stack) -> Recognised:
    """What a radiograph shows; kinds are those of `modalities.XR`, planes its views."""
    evidence, words = stack.first.evidence, shipped_radiograph_words()
    texts = (*evidence.words, stack.first.facts.description)
    said = frozenset(word for text in texts for word in words_in(SPELLED_OUT.sub(r"\1\2 ", text)))
    part = _part(evidence.body_part, said, words)
    view = _view(stack, said, part.value, words)
    plane = view.value or words.standard[PARTS[part.value or FOOT]]
    if not part.value and not part.open:
        return Recognised(OTHER, plane, ("a radiograph of neither hand nor foot",), view_why="not looked at")
    side = _side(evidence.side, said_side(*texts))
    why, open_ = (*part.why, *side.why), (*part.open, *side.open)
    kind = f"{PREFIXES[side.value or BOTH]}{part.value}" if part.value else OTHER
    views = tuple(dict.fromkeys((plane, words.standard[PARTS[part.value or FOOT]], *XR.planes))) if view.open else ()
    view_why = " and ".join((*view.why, *view.open))
    if plane not in SCORED:
        not_scored = f"{XR.planes[plane]} views are not scored"
        return Recognised(OTHER, plane, (*why, *view.why, not_scored), against=open_, view_why=view_why)
    if not open_:
        return Recognised(kind, plane, (*why, *view.why), view_why=view_why, views=views)
    candidates = _candidates(kind, part, side)
    return Recognised(
        kind, plane, (*why, *open_), unsure=True, against=open_, candidates=candidates, view_why=view_why, views=views
    )


def _part(body_part: str, said: frozenset[str], words: Words) -> _Told:
    by_header = {name for name, known in ((HAND, words.hand), (FOOT, words.foot)) if body_part in known.parts}
    by_text = {name for name, known in ((HAND, words.hand), (FOOT, words.foot)) if said & known.words}
    named = by_header or by_text
    if by_header and by_text - by_header:
        value = next(iter(by_header))
        return _Told(value, open=(f"the header says {PARTS[value]}, the text says otherwise",))
    if len(named) > 1:
        return _Told("", open=("the text names hand and foot",))
    if not named:
        return _Told("")
    value = next(iter(named))
    return _Told(value, (f"{PARTS[value]} by {'the header' if by_header else 'the text'}",))


def _side(header: str, text: str) -> _Told:
    """Header: letters of what it says, `U` is unpaired; text: L, R, LR or nothing."""
    by_header = {"B": BOTH}.get(header, header) if header in SIDES else ""
    if by_header and text and by_header != text:
        return _Told(by_header, open=(f"the header says {SIDES[by_header]}, the text says {SIDES[text]}",))
    value = by_header or text
    if not value:
        return _Told("", open=("nothing says whether left, right or both",))
    return _Told(value, (f"{SIDES[value]} by {'the header' if by_header else 'the text'}",))


def _view(stack: Stack, said: frozenset[str], part: str, words: Words) -> _Told:
    facts = stack.first.facts.radiograph
    header = frozenset(words_in(facts.view)) if facts else frozenset[str]()
    standard = words.standard.get(PARTS.get(part, ""), "AP")
    for by, found in (("the header", header), ("the text", said)):
        named = [name for name, known in words.views.items() if found & known]
        if named:
            # dp is from the back of the hand and from the back of the foot
            value = standard if standard in named else named[-1]
            if part and value in SCORED and value != standard:
                why = f"{XR.planes[value]} by {by}, where a {PARTS[part]} is usually {XR.planes[standard]}"
                return _Told(value, open=(why,))
            return _Told(value, (f"{XR.planes[value]} by {by}",))
    return _Told("", open=(f"nothing says the view; a {PARTS.get(part, 'hand or foot')} is usually {standard}",))


def _candidates(kind: str, part: _Told, side: _Told) -> tuple[str, ...]:
    parts = (part.value,) if part.value and not part.open else (HAND, FOOT)
    sides = (side.value,) if side.value and not side.open else ("R", "L", BOTH)
    first = () if kind == OTHER else (kind,)
    every = (f"{PREFIXES[each]}{name}" for name in parts for each in sides)
    return tuple(dict.fromkeys((*first, *every, OTHER)))
