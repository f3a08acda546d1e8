"""Decision on the plane of a series: of the wrist, not of the magnet. Pure.

A hand at the side with the thumb up, or an arm over the head, is turned in the magnet: its coronal slices are sagittal
there. What the console calls series tells, where those of one visit that lie alike are called alike; else it is asked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from storage.vault.choices import About, CurrentChoices
from storage.vault.vault import SeriesIdentity
from workstation.intake.decisions.decision import Answer, Confidence, Decision, Question
from workstation.intake.decisions.words import shipped_words, words_in

AX, COR, SAG = "AX", "COR", "SAG"
PLANES = {AX: "axial", COR: "coronal", SAG: "sagittal"}
# so many series of one visit must be called alike before a turned wrist is believed
LEAST_AGREEING = 2


@dataclass(frozen=True, slots=True)
class SeriesPlane:
    """Of one series: its plane in the magnet, and what text says, "" nothing or more than one. read: not OTHER."""

    code: str
    magnet: str
    text: str = ""
    read: bool = True


@dataclass(frozen=True, slots=True)
class Told:
    """The plane that a series is taken for; asked: the planes it may be, likeliest first, none where it is sure."""

    plane: str
    reasons: tuple[str, ...]
    asked: tuple[str, ...] = ()


def planes(series: Sequence[SeriesPlane]) -> Mapping[str, Told]:
    """The plane of each series of one visit, by code."""
    said: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for item in series:
        if item.text:
            said[item.magnet][item.text] += 1
    turned = {magnet: next(iter(texts)) for magnet, texts in said.items() if len(texts) == 1}
    agreeing = sum(said[magnet][text] for magnet, text in turned.items() if magnet != text)
    # each way of lying has one name, no name stands for two, and more than one series says so
    whole = len(turned) == len(said) and len(set(turned.values())) == len(turned) and agreeing >= LEAST_AGREEING
    here = {item.magnet for item in series if item.read}
    return {item.code: _told(item, turned if whole else {}, here) for item in series}


def plane_of_series(identity: SeriesIdentity, told: Told, current: CurrentChoices, name: str) -> Decision[str]:
    """The plane of a series as a decision.

    Args:
        identity: of the series.
        told: what `planes` said of it.
        current: what was decided of it.
        name: what it is called in a sentence.
    """
    what = About.PLANE.of(identity.code)
    if current.plane is not None:
        return Decision(what, current.plane, Confidence.DECIDED, told.reasons, about=identity.code)
    if not told.asked:
        return Decision(what, told.plane, Confidence.SURE, told.reasons, about=identity.code)
    answers = tuple(Answer(plane, f"it is {PLANES[plane]}") for plane in told.asked)
    text = f"{name}: is it {' or '.join(PLANES[plane] for plane in told.asked)}?"
    question = Question(what, identity.subject, identity.visit, text, answers, told.asked[0])
    return Decision(what, told.plane, Confidence.UNSURE, told.reasons, question, identity.code)


def seen_in(identity: SeriesIdentity, plane: str, *, read: bool) -> SeriesPlane:
    """What the vault knows of the plane of a series; of one that an older program imported, `plane` of the index."""
    facts = identity.facts
    return SeriesPlane(
        identity.code, str(facts.get("magnet_plane", plane)), str(facts.get("text_plane", "")), read=read
    )


def said_plane(*texts: str) -> str:
    """AX, COR or SAG where one of them is named, else ""."""
    known, words = shipped_words().plane, {word for text in texts for word in words_in(text)}
    named = [plane for plane, mine in ((AX, known.axial), (COR, known.coronal), (SAG, known.sagittal)) if words & mine]
    return named[0] if len(named) == 1 else ""


def _told(item: SeriesPlane, turned: Mapping[str, str], here: set[str]) -> Told:
    if item.text == item.magnet:
        return Told(item.magnet, (f"{PLANES[item.magnet]} by text and position",))
    if item.magnet in turned:
        plane = turned[item.magnet]
        if plane == item.magnet:
            return Told(plane, (f"{PLANES[plane]} by its position in the magnet",))
        why = f"the wrist lies turned in the magnet: {PLANES[item.magnet]} there is {PLANES[plane]} of the wrist"
        return Told(plane, (f"{PLANES[plane]} by text", why))
    if item.text:
        why = f"it lies {PLANES[item.magnet]} in the magnet, but its text says {PLANES[item.text]}"
        return Told(item.text, (why,), (item.text, item.magnet) if item.read else ())
    absent = [plane for plane in (COR, AX) if plane not in here]
    if item.magnet == SAG and item.read and absent:
        why = (
            f"it lies sagittal in the magnet, the visit has no {PLANES[absent[0]]} series, and no text names its plane"
        )
        return Told(item.magnet, (f"{why}: is the hand at the side of the body, or over the head?",), (absent[0], SAG))
    return Told(item.magnet, (f"{PLANES[item.magnet]} by its position in the magnet",))
