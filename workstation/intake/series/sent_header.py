"""Header of a series as it was sent: what the vault keeps of it, and what a later copy says otherwise. Pure.

The study keeps what came first, so that a corrected header changes nothing in silence and is told instead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workstation.intake.frames import Frame

LONGEST = 500
OF_SUBJECT = frozenset({"side", "person"})
# values of which a mistake gives another person, limb or size: until somebody settles it, no reader gets the subject
WEIGHTY = frozenset({"side", "body_part", "pixel_size", "sex", "birth_date"})
# of each value: what it is called, and the question that it bears on
ABOUT: Mapping[str, tuple[str, str]] = {
    "side": ("laterality", "side"),
    "body_part": ("part of the body", "kind"),
    "said": ("names", "kind"),
    "words": ("description and protocol", "kind"),
    "image_type": ("image type", "kind"),
    "sequence": ("sequence", "kind"),
    "fat": ("fat suppression", "kind"),
    "agent": ("contrast agent", "kind"),
    "repetition_time": ("repetition time", "kind"),
    "echo_time": ("echo time", "kind"),
    "inversion_time": ("inversion time", "kind"),
    "position": ("position of the patient", "plane"),
    "pixel_size": ("size of a pixel", "size"),
    "sex": ("sex", "person"),
    "age": ("age", "person"),
    "weight": ("weight", "person"),
    "height": ("height", "person"),
    "birth_date": ("birth date", "person"),
}


def header_of(frame: Frame) -> dict[str, str]:
    """The values that count, as text, by name; without those that the header doesn't have."""
    facts, evidence, physics = frame.facts, frame.evidence, frame.physics
    who = facts.identity
    values = {
        "side": evidence.side,
        "body_part": evidence.body_part,
        "said": f"{facts.occasion} {facts.description}".strip(),
        "words": " / ".join(evidence.words),
        "image_type": "\\".join(evidence.image_type),
        "sequence": " ".join(sorted(evidence.sequence)),
        "fat": " ".join(filter(None, (evidence.fat, *evidence.scan_options))),
        "agent": " ".join((*evidence.agent, *evidence.agent_route, _number(evidence.agent_dose))).strip(),
        "repetition_time": _time(physics.repetition_time),
        "echo_time": _time(physics.echo_time),
        "inversion_time": _time(physics.inversion_time),
        "position": evidence.position,
        "pixel_size": _pixel_size(frame),
        "sex": who.sex,
        "age": who.age,
        "weight": _number(who.weight_kg or None),
        "height": _number(who.height_m or None),
        "birth_date": who.birth_date,
    }
    return {name: value[:LONGEST] for name, value in values.items() if value}


def size_in_words(mm: Sequence[float]) -> str:
    """The size of a pixel, row and column in millimetres, as it is compared and told."""
    return " x ".join(f"{side:g}" for side in mm) + " mm"


def kept_header(facts: Mapping[str, Any]) -> Mapping[str, str]:
    """What the vault has of the header that came first; of a series of an older program, as much as it kept."""
    if "header" in facts:
        # a program before this one didn't keep the size of a radiograph's pixel
        known = [name for name in ABOUT if name != "pixel_size" or "sized" in facts]
        return {**dict.fromkeys(known, ""), **facts["header"]}
    times = {name: _time(facts.get(name)) for name in ("repetition_time", "echo_time")}
    texts = {name: str(facts[name]) for name in ("side", "body_part", "said", "position") if name in facts}
    return {**{name: value for name, value in times.items() if value}, **texts}


def says_otherwise(kept: Mapping[str, str], now: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Name of a value -> what was kept and what is said now. What a header no longer says corrects nothing."""
    return {name: (kept[name], said) for name, said in now.items() if name in kept and said != kept[name]}


def named_apart(one: Mapping[str, str], other: Mapping[str, str]) -> list[str]:
    """What two headers both say, and not alike, as a person calls it."""
    both = [called for name, (called, _) in ABOUT.items() if name in one and one[name] != other.get(name, one[name])]
    # a copy that alone says how large a pixel is answers what would be asked
    lacks = "pixel_size" not in one and "pixel_size" in other
    return [*both, *([ABOUT["pixel_size"][0]] if lacks else [])]


def told_of(subject: str, series: Sequence[str], other: Mapping[str, tuple[str, str]]) -> str:
    """What is said of series, by kind, plane and code, whose images came again with other values."""
    values = "; ".join(f"{ABOUT[name][0]} {now}, not {kept or 'unknown'}" for name, (kept, now) in other.items())
    about = dict.fromkeys(ABOUT[name][1] for name in other)
    ids = [f"{word}:{subject if word in OF_SUBJECT else 'CODE'}" for word in about]
    return (
        f"{', '.join(series)}: the same images came again with another header: {values}. The study keeps what came "
        f"first. Find out which one is right; if the new one is, answer {' or '.join(ids)}"
    )


def _pixel_size(frame: Frame) -> str:
    """Of a radiograph whose header says it; that of MR tells one stack from another."""
    x_ray = frame.facts.radiograph
    return size_in_words(frame.spacing_mm) if x_ray is not None and x_ray.sized else ""


def _time(value: float | None) -> str:
    """In whole ms: echo times jitter from slice to slice."""
    return "" if value is None else f"{value:.0f}"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
