"""Decision on how large a pixel of a radiograph is, where its header doesn't say. Pure.

A plate is read at a few sizes of pixels, and the whole of it: what plates there are, and what the header says beside,
is offered. Sizes of plates: PS3.3 C.8.1.2, CassetteSize.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from scoring.schemes.modalities import XR
from storage.records import SeriesRecord
from storage.vault.choices import About, CurrentChoices
from storage.vault.vault import SeriesIdentity
from workstation.intake.decisions.decision import Answer, Confidence, Decision, Question
from workstation.intake.frames import LEAST_MM, MOST_MM

# at which plates are read, in millimetres
USUAL_MM: Final = (0.05, 0.0875, 0.1, 0.143, 0.15, 0.175, 0.2)
# the names of plates are rounded: one "of 35 cm" has 352 mm
LIKE_A_USUAL: Final = 0.02
PLATES_CM: Final = ((18, 24), (24, 30), (30, 40), (35, 35), (35, 43), (20.3, 25.4), (25.4, 30.5))
# how much longer a plate may be than its picture, against its other side
ASPECT: Final = 0.04
_TYPED: Final = re.compile(r"([0-9]{0,2}(?:[.,][0-9]{1,5})?) ?(?:mm)?", re.ASCII)


def typed_mm(answer: str) -> float | None:
    """Millimetres of a pixel as a person types them, with a point or a comma; None where they are none."""
    match = _TYPED.fullmatch(answer.strip().casefold())
    if match is None or not match[1]:
        return None
    mm = float(match[1].replace(",", "."))
    return mm if LEAST_MM <= mm <= MOST_MM else None


def in_words(mm: float) -> str:
    """A size as it is answered."""
    return f"{mm:.4f}".rstrip("0").rstrip(".")


def both_in_words(mm: tuple[float, float]) -> str:
    """A size of a row and a column: once where they are alike."""
    return " x ".join(dict.fromkeys(map(in_words, mm)))


def spacing_mm(series: SeriesRecord, facts: Mapping[str, Any], current: CurrentChoices) -> tuple[float, float]:
    """Row and column of a pixel: as was decided, else as the header said it first; of MR as the index has it."""
    if current.size is not None:
        return (current.size, current.size)
    match facts.get("spacing_mm"):
        case [float() | int() as row, float() | int() as column]:
            return (row, column)
    return series.pixel_spacing_mm


def size_of(
    series: SeriesRecord, identity: SeriesIdentity, current: CurrentChoices, name: str
) -> Iterator[Decision[str]]:
    """How large a pixel of a radiograph is; of MR nothing, whose header always says it.

    Args:
        series: as the index has it; how large its pixels are now is what holds.
        identity: of the series.
        current: what was decided of it.
        name: what it is called in a sentence.
    """
    facts = identity.facts
    if facts.get("modality") != XR.code:
        return
    what, now = About.SIZE.of(series.code), both_in_words(series.pixel_spacing_mm)
    if current.size is not None:
        yield Decision(what, now, Confidence.DECIDED, (_said(facts),), about=series.code)
        return
    if facts.get("sized", True) or series.kind == "OTHER":
        yield Decision(what, now, Confidence.SURE, (_said(facts),), about=series.code)
        return
    hints = [(str(how), round_mm(float(mm))) for how, mm in facts.get("size_hints", ())]
    answers = _answers(hints, series.rows, series.columns)
    text = f"{name}: how many millimetres, {LEAST_MM} to {MOST_MM:g}, is a pixel?"
    question = Question(what, identity.subject, identity.visit, text, answers, in_words(hints[0][1]) if hints else "")
    doubt = Confidence.UNSURE if hints else Confidence.CONTRADICTORY
    reasons = (
        _said(facts),
        f"until then it is shown as if one were {now} mm",
        *_told(hints),
        f"the picture has {series.rows} rows and {series.columns} columns",
    )
    yield Decision(what, now, doubt, reasons, question, series.code)


def round_mm(mm: float) -> float:
    """The usual size that is nearest, where one is near, since plates are named in whole centimetres or inches."""
    usual = min(USUAL_MM, key=lambda one: abs(one - mm))
    return usual if abs(usual - mm) <= LIKE_A_USUAL * usual else round(mm, 4)


def _said(facts: Mapping[str, Any]) -> str:
    if not facts.get("sized", True):
        return "its header doesn't say it"
    match facts.get("spacing_mm"):
        case [float() | int() as row, float() | int() as column]:
            return f"its header says {both_in_words((row, column))} mm"
    return "its header says it"


def _told(hints: list[tuple[str, float]]) -> tuple[str, ...]:
    return tuple(f"{how} lets one expect {in_words(mm)} mm" for how, mm in hints)


def _answers(hints: list[tuple[str, float]], rows: int, columns: int) -> tuple[Answer, ...]:
    """What the header lets one expect first, then plates that have the shape of the picture, each size once."""
    offered = {in_words(mm): f"by {how}" for how, mm in hints}
    long, short = max(rows, columns), min(rows, columns)
    for first, second in PLATES_CM:
        near = abs(second / first - long / short) <= ASPECT * second / first
        word = in_words(round_mm(second * 10 / long))
        if near and LEAST_MM <= float(word) <= MOST_MM:
            offered.setdefault(word, f"as of a plate of {first:g} x {second:g} cm")
    return tuple(Answer(word, means) for word, means in offered.items())
