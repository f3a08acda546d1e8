"""Decision on how a series is turned for showing: the standard way where its header proves it, else as stored. Pure.

Coronal and sagittal with the head's end at the top, coronal with the patient's right at the left, sagittal with the
front at the left; axial with the patient's right at the left and the front at the top, or upside down where the study
wants the back of the hand up. By whole quarter turns, or mirrored where the picture was stored as seen from behind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from math import cos, radians, sqrt

from msgspec import Struct

from storage.records import SeriesRecord, Vector3
from storage.vault.choices import About, CurrentChoices
from storage.vault.vault import SeriesIdentity
from workstation.imaging.geometry import cross, dot
from workstation.imaging.orientation import letters, plane_of
from workstation.imaging.turning import STORED, TURNS, directions
from workstation.intake.decisions.decision import Answer, Confidence, Decision, Question
from workstation.intake.decisions.limb import AX, COR, SAG

AS_STORED = "stored"
# to an answer and back
WORDS = {AS_STORED if turn == STORED else turn: turn for turn in TURNS}
# a hand that lies so far askew in the picture is as near to the next quarter turn
MOST_ASKEW = cos(radians(35.0))

LEFT, BACK, HEAD = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)
FEET, RIGHT, FRONT = (0.0, 0.0, -1.0), (-1.0, 0.0, 0.0), (0.0, -1.0, 0.0)


class Up(Enum):
    """What is at the top of axial pictures: the patient's front, where the palm usually is, or the back."""

    PALM = "palm"
    BACK = "back"


class Shown(Struct, frozen=True, forbid_unknown_fields=True):
    """How a study wants its pictures shown."""

    axial_up: Up = Up.PALM


THE_STANDARD_WAY = Shown()


@dataclass(frozen=True, slots=True)
class Told:
    """How a series is turned. asked: turns to choose from, likeliest first; none where it is sure."""

    turn: str
    reasons: tuple[str, ...]
    asked: tuple[str, ...] = ()


def standard(orientation: Sequence[float], plane: str, shown: Shown) -> Told:
    """The turn that a header proves.

    Args:
        orientation: row cosines, then column cosines.
        plane: of the wrist; where it isn't that of the magnet, the head's end alone is known.
        shown: how the study wants it.
    """
    right, down = _vectors(orientation)
    normal = cross(right, down)
    wanted = _wanted(plane, plane_of(normal), shown)
    if wanted is None:
        return Told(STORED, ("the header doesn't say how this plane of a turned wrist is to be shown",))
    fits = {turn: _fit(directions(right, down, turn), wanted, normal) for turn in _allowed(wanted)}
    best = max(fits, key=lambda turn: (fits[turn], turn == STORED))
    if best == STORED:
        return Told(STORED, ("stored the standard way",))
    if fits[best] < MOST_ASKEW:
        why = f"stored with {_said(right, down)}, and so far askew that the header doesn't prove how to turn it"
        return Told(STORED, (why,), (STORED, best))
    why = f"stored with {_said(right, down)}; shown with {_said(*directions(right, down, best))}"
    return Told(best, (why,))


def turns(series: Sequence[tuple[int, SeriesRecord]], shown: Shown) -> Mapping[str, Told]:
    """The turn of each series of a subject, by code; (visit, series). Asked, too, where two visits are shown unlike."""
    found = {item.code: standard(item.orientation, item.plane, shown) for _, item in series}
    first: dict[str, tuple[str, str]] = {}
    # surveys lie as they like, and nobody reads them
    read = [entry for entry in series if entry[1].kind != "OTHER"]
    for visit, item in sorted(read, key=lambda entry: entry[0]):
        edges = _edges(*directions(*_vectors(item.orientation), item.turn))
        if visit == 1 or item.plane not in first:
            first.setdefault(item.plane, edges)
        elif edges != first[item.plane]:
            (top, left), (top_now, left_now) = first[item.plane], edges
            why = (
                f"the visit before is shown with {top} at the top and {left} at the left, this one with {top_now} and "
                f"{left_now}, and the headers don't say how the hand lay"
            )
            told = found[item.code]
            others = ("180", "90", "270", STORED)
            asked = tuple(dict.fromkeys((item.turn, *told.asked, *others)))
            found[item.code] = Told(told.turn, (*told.reasons, why), asked)
    return found


def turned_how(
    series: SeriesRecord, identity: SeriesIdentity, told: Told, current: CurrentChoices, name: str
) -> Decision[str]:
    """How a series is turned, as a decision.

    Args:
        series: as the index has it; how it is turned now is what holds.
        identity: of the series.
        told: what `turns` said of it.
        current: what was decided of it.
        name: what it is called in a sentence.
    """
    what = About.TURNED.of(series.code)
    if current.turned is not None:
        return Decision(what, current.turned, Confidence.DECIDED, told.reasons, about=series.code)
    word = in_words(series.turn)
    if series.turn != told.turn and not told.asked:
        why = f"shown {means(series.turn)}, as before this program, or as it was read"
        return Decision(what, word, Confidence.SURE, (why,), about=series.code)
    if not told.asked or series.kind == "OTHER":
        return Decision(what, word, Confidence.SURE, told.reasons, about=series.code)
    right, down = _vectors(series.orientation)
    answers = tuple(
        Answer(in_words(turn), f"{means(turn)}: {_said(*directions(right, down, turn))}") for turn in told.asked
    )
    text = f"{name}: how is it to be turned?"
    question = Question(what, identity.subject, identity.visit, text, answers, in_words(told.asked[0]))
    return Decision(what, word, Confidence.UNSURE, told.reasons, question, series.code)


def wished(series: SeriesRecord, current: CurrentChoices, shown: Shown) -> str:
    """How a series that nobody has read is to be turned: as was decided, else as its header proves."""
    if current.turned is not None:
        return WORDS.get(current.turned, STORED)
    return standard(series.orientation, series.plane, shown).turn


def in_words(turn: str) -> str:
    """A turn as it is answered."""
    return turn or AS_STORED


def means(turn: str) -> str:
    """What a turn does, to a person."""
    mirrored, _, degrees = turn.rpartition("-") if "-" in turn else ("", "", turn)
    if turn in {STORED, "mirrored"}:
        return "left for right" if turn else "as it is stored"
    by = f"by {degrees} degrees clockwise"
    return f"left for right, then {by}" if mirrored else by


def _wanted(plane: str, magnet: str, shown: Shown) -> tuple[Vector3 | None, Vector3] | None:
    """Right and down on the screen; None for a right that isn't known; None where neither is."""
    if plane != magnet:
        # the arm beside the body or over the head: the long axis of the hand is the magnet's
        return (None, FEET) if AX not in {plane, magnet} else None
    axial = (LEFT, BACK) if shown.axial_up is Up.PALM else (RIGHT, FRONT)
    return {COR: (LEFT, FEET), SAG: (BACK, FEET), AX: axial}[plane]


def _allowed(wanted: tuple[Vector3 | None, Vector3]) -> tuple[str, ...]:
    """All eight; without mirroring where the side from which it is seen isn't known."""
    return tuple(turn for turn in TURNS if wanted[0] is not None or not turn.startswith("mirrored"))


def _fit(shown: tuple[Vector3, Vector3], wanted: tuple[Vector3 | None, Vector3], normal: Vector3) -> float:
    """The cosine of how far the worse of both directions is off, seen along the normal."""
    pairs = [(shown[1], wanted[1]), *([(shown[0], wanted[0])] if wanted[0] is not None else [])]
    return min(_cosine(way, _within(want, normal)) for way, want in pairs)


def _within(way: Vector3, normal: Vector3) -> Vector3:
    out = dot(way, normal)
    x, y, z = (way[axis] - out * normal[axis] for axis in range(3))
    return (x, y, z)


def _cosine(one: Vector3, other: Vector3) -> float:
    size = sqrt(dot(one, one) * dot(other, other))
    return dot(one, other) / size if size else 0.0


def _said(right: Vector3, down: Vector3) -> str:
    top, left = _edges(right, down)
    return f"{top} at the top and {left} at the left"


def _edges(right: Vector3, down: Vector3) -> tuple[str, str]:
    """The first letters of the upper and the left edge."""
    return letters(_opposite(down))[:1], letters(_opposite(right))[:1]


def _opposite(way: Vector3) -> Vector3:
    return (-way[0], -way[1], -way[2])


def _vectors(orientation: Sequence[float]) -> tuple[Vector3, Vector3]:
    a, b, c, d, e, f = orientation
    return (a, b, c), (d, e, f)
