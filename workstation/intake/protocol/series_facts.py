"""Facts of a series that the protocol check compares, as plain values for the vault: side, region, timing, pixels."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scoring.schemes.modalities import MR, XR
from storage.records import Vector3
from workstation.imaging.orientation import plane_of
from workstation.intake.decisions.plane import said_plane
from workstation.intake.decisions.side import said_side
from workstation.intake.frames import Frame, Radiograph
from workstation.intake.series.classify import Recognised
from workstation.intake.series.likeness import Sample
from workstation.intake.series.long_axis import runs_along
from workstation.intake.series.sent_header import header_of
from workstation.intake.series.split_values import split_values
from workstation.intake.series.stacks import Stack

LONGEST_SAID = 500
# what a series is compared by stays as its header said it first
OF_HEADER = ("side", "side_text", "side_study", "text_plane", "body_part", "said", "position", "header")


@dataclass(frozen=True, slots=True)
class SeriesFacts:
    """Times in ms, field in tesla, None or "" unknown. acquired: digits that sort by time; pixels: a hash of all.

    said: what the headers say of the occasion; it may name anybody, and stays in the vault. sample: see `likeness`, of
    so many slices. repeated: images lie where another one does already; lossy: as they were sent; made_anew: each file
    names another frame of reference; late: it came in, or got slices, though its subject had been read. position: how
    the patient lay, such as HFP. magnification: of a radiograph, as estimated; table: what its values went through.
    """

    body_part: str = ""
    repetition_time: float | None = None
    echo_time: float | None = None
    field_strength: float | None = None
    acquired: str = ""
    pixels: str = ""
    said: str = ""
    sample: tuple[int | None, ...] = ()
    sampled: int = 0
    repeated: bool = False
    lossy: bool = False
    made_anew: bool = False
    late: bool = False
    position: str = ""
    modality: str = MR.code
    magnification: float | None = None
    table: str = ""


def facts_of(stack: Stack, fingerprints: Iterable[str], sample: Sample) -> dict[str, Any]:
    """Of a stack, the fingerprints of all its slices and a sample of those that were written now."""
    first = stack.first
    x_ray = first.facts.radiograph
    return ({} if x_ray is None else _of_radiograph(x_ray, first.spacing_mm)) | {
        "side": first.evidence.side if set(first.evidence.side) <= {"L", "R", "B"} else "",
        "side_text": said_side(first.facts.description, first.evidence.body_part, *first.evidence.words),
        "side_study": said_side(first.facts.occasion),
        "magnet_plane": plane_of(first.normal),
        "text_plane": said_plane(*first.evidence.words, first.facts.description) or said_plane(first.evidence.planned),
        "runs": runs_along(sample.sums, first.orientation),
        "x_mm": _middle_mm(stack.frames)[0],
        "body_part": first.evidence.body_part,
        "repetition_time": first.physics.repetition_time,
        "echo_time": first.physics.echo_time,
        "field_strength": first.physics.field_strength,
        "acquired": min((frame.acquired for frame in stack.frames if frame.acquired), default=""),
        "said": f"{first.facts.occasion} {first.facts.description}".strip()[:LONGEST_SAID],
        "sample": list(sample.sums),
        "sampled": sample.slices,
        "repeated": stack.key[-1] != "repeat=0",
        "lossy": any(frame.facts.layout.lossy for frame in stack.frames),
        "made_anew": stack.made_anew,
        "split_by": split_values(stack),
        "position": first.evidence.position,
        "header": header_of(first),
        "pixels": hashlib.sha256("".join(sorted(fingerprints)).encode()).hexdigest(),
    }


def _of_radiograph(found: Radiograph, spacing_mm: tuple[float, float]) -> dict[str, Any]:
    return {
        "modality": XR.code,
        "magnification": found.magnification,
        "table": found.why,
        "spacing_mm": list(spacing_mm),
        "sized": found.sized,
        "size_hints": [list(hint) for hint in found.size_hints],
    }


def _middle_mm(frames: Sequence[Frame]) -> Vector3:
    """The middle of a stack, LPS."""
    frame = frames[len(frames) // 2]
    layout = frame.facts.layout
    right, down = layout.columns * frame.spacing_mm[1] / 2, layout.rows * frame.spacing_mm[0] / 2
    return (
        frame.position_mm[0] + frame.orientation[0] * right + frame.orientation[3] * down,
        frame.position_mm[1] + frame.orientation[1] * right + frame.orientation[4] * down,
        frame.position_mm[2] + frame.orientation[2] * right + frame.orientation[5] * down,
    )


def recognition_of(recognised: Recognised) -> dict[str, Any]:
    """What the coordinator needs to judge the recognition, beside its reasons."""
    of_radiograph = {"view": recognised.plane, "view_why": recognised.view_why, "views": list(recognised.views)}
    return (of_radiograph if recognised.view_why else {}) | {
        "recognised": recognised.kind,
        "unsure": recognised.unsure,
        "against": list(recognised.against),
        "candidates": list(recognised.candidates),
        "unknown": list(recognised.unknown),
    }


def read_facts(values: Mapping[str, Any]) -> SeriesFacts:
    """The facts as the vault has them; what an older program didn't keep is unknown."""
    known = SeriesFacts.__dataclass_fields__
    found = {name: value for name, value in values.items() if name in known}
    return SeriesFacts(**found | {"sample": tuple(found.get("sample", ()))})
