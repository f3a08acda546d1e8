"""Facts of a series that the protocol check compares, as plain values for the vault: side, region, timing, pixels."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from workstation.intake.series.classify import Recognised
from workstation.intake.series.likeness import Sample
from workstation.intake.series.stacks import Stack

LONGEST_SAID = 500


@dataclass(frozen=True, slots=True)
class SeriesFacts:
    """Times in ms, field in tesla, None or "" unknown. acquired: digits that sort by time; pixels: a hash of all.

    said: what the headers say of the occasion; it may name anybody, and stays in the vault. sample: see `likeness`, of
    so many slices.
    """

    side: str = ""
    body_part: str = ""
    repetition_time: float | None = None
    echo_time: float | None = None
    field_strength: float | None = None
    acquired: str = ""
    pixels: str = ""
    said: str = ""
    sample: tuple[int, ...] = ()
    sampled: int = 0


def facts_of(stack: Stack, fingerprints: Iterable[str], sample: Sample) -> dict[str, Any]:
    """Of a stack, the fingerprints of all its slices and a sample of those that were written now."""
    first = stack.first
    return {
        "side": first.evidence.side if first.evidence.side in {"L", "R", "B"} else "",
        "body_part": first.evidence.body_part,
        "repetition_time": first.physics.repetition_time,
        "echo_time": first.physics.echo_time,
        "field_strength": first.physics.field_strength,
        "acquired": min((frame.acquired for frame in stack.frames if frame.acquired), default=""),
        "said": f"{first.facts.occasion} {first.facts.description}".strip()[:LONGEST_SAID],
        "sample": list(sample.sums),
        "sampled": sample.slices,
        "pixels": hashlib.sha256("".join(sorted(fingerprints)).encode()).hexdigest(),
    }


def recognition_of(recognised: Recognised) -> dict[str, Any]:
    """What the coordinator needs to judge the recognition, beside its reasons."""
    return {
        "recognised": recognised.kind,
        "unsure": recognised.unsure,
        "against": list(recognised.against),
        "candidates": list(recognised.candidates),
    }


def read_facts(values: Mapping[str, Any]) -> SeriesFacts:
    """The facts as the vault has them; what an older program didn't keep is unknown."""
    known = SeriesFacts.__dataclass_fields__
    found = {name: value for name, value in values.items() if name in known}
    return SeriesFacts(**found | {"sample": tuple(found.get("sample", ()))})
