"""Decision on the plane of a series: of the wrist, not of the magnet. Pure.

A hand at the side with the thumb up, or an arm over the head, is turned in the magnet: its coronal slices are sagittal
there. What the console calls series tells, where those of one visit that lie alike are called alike, and so does the
limb in the pictures, which axial slices alone cut across; else it is asked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scoring.schemes.modalities import PLANE_WORDS
from storage.vault.choices import About, CurrentChoices
from storage.vault.vault import SeriesIdentity
from workstation.intake.decisions import limb
from workstation.intake.decisions.decision import Answer, Confidence, Decision, Question
from workstation.intake.decisions.limb import AX, COR, SAG, lying
from workstation.intake.decisions.words import one_of, plain, shipped_words, spaced, words_in

PLANES = {AX: "axial", COR: "coronal", SAG: "sagittal"}
# so many series of one visit must be called alike before a turned wrist is believed
LEAST_AGREEING = 2
# an arm at the side; a hand over the head or in front of the body lies nearer to the middle
AT_THE_SIDE_MM = 150.0


@dataclass(frozen=True, slots=True)
class SeriesPlane:
    """Of one series: its plane in the magnet, and what text says, "" nothing or more than one. read: not OTHER.

    x_mm: its middle, LPS, so that left of the patient is above 0; None unknown. runs: see `long_axis.runs_along`.
    position: how the patient lay, in words. view: of a radiograph, with why and those that are asked.
    """

    code: str
    magnet: str
    text: str = ""
    read: bool = True
    x_mm: float | None = None
    runs: str = ""
    position: str = ""
    view: Told | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """The plane that a series is taken for; asked: the planes it may be, likeliest first, none where it is sure."""

    plane: str
    reasons: tuple[str, ...]
    asked: tuple[str, ...] = ()


def planes(series: Sequence[SeriesPlane]) -> Mapping[str, Told]:
    """The plane of each series of one visit, by code; of a radiograph its view."""
    views = {item.code: item.view for item in series if item.view is not None}
    return {**views, **_planes([item for item in series if item.view is None])}


def _planes(series: Sequence[SeriesPlane]) -> Mapping[str, Told]:
    said: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for item in series:
        if item.text:
            said[item.magnet][item.text] += 1
    turned = {magnet: next(iter(texts)) for magnet, texts in said.items() if len(texts) == 1}
    agreeing = sum(said[magnet][text] for magnet, text in turned.items() if magnet != text)
    # each way of lying has one name, no name stands for two, and more than one series says so
    whole = len(turned) == len(said) and len(set(turned.values())) == len(turned) and agreeing >= LEAST_AGREEING
    axis = limb.axis_of([(item.magnet, item.runs) for item in series if item.read])
    believed = {magnet: text for magnet, text in turned.items() if limb.fits(text, magnet, axis)} if whole else {}
    here = frozenset(believed.get(item.magnet, item.text or item.magnet) for item in series if item.read)
    aside = any(item.read and item.x_mm is not None and abs(item.x_mm) > AT_THE_SIDE_MM for item in series)
    return {item.code: _told(item, believed, axis, _unnamed(item, here, aside=aside)) for item in series}


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
    answers = tuple(Answer(plane, f"it is {PLANE_WORDS[plane]}") for plane in told.asked)
    text = f"{name}: is it {' or '.join(PLANE_WORDS[plane] for plane in told.asked)}?"
    question = Question(what, identity.subject, identity.visit, text, answers, told.asked[0])
    return Decision(what, told.plane, Confidence.UNSURE, told.reasons, question, identity.code)


def seen_in(identity: SeriesIdentity, plane: str, *, read: bool) -> SeriesPlane:
    """What the vault knows of the plane of a series; of one that an older program imported, `plane` of the index."""
    facts = identity.facts
    view = str(facts.get("view", ""))
    if view:
        asked = tuple(str(item) for item in facts.get("views", ())) if read else ()
        return SeriesPlane(identity.code, view, view=Told(view, (str(facts["view_why"]),), asked))
    return SeriesPlane(
        identity.code,
        str(facts.get("magnet_plane", plane)),
        str(facts.get("text_plane", "")),
        read=read,
        x_mm=facts.get("x_mm"),
        runs=str(facts.get("runs", "")),
        position=lying(str(facts.get("position", ""))),
    )


def said_plane(*texts: str) -> str:
    """AX, COR or SAG where one of them is named, else ""."""
    known = shipped_words().plane
    words = {word for text in texts for word in words_in(one_of(known.elsewhere).sub(" ", spaced(plain(text))))}
    names = ((AX, known.axial), (COR, known.coronal), (SAG, known.sagittal))
    named = [plane for plane, patterns in names if any(_is_named(word, patterns) for word in words)]
    return named[0] if len(named) == 1 else ""


def _is_named(word: str, patterns: tuple[str, ...]) -> bool:
    glued = shipped_words().plane.glued
    return one_of(tuple(f"(?:{glued})*(?:{pattern})(?:{glued})*" for pattern in patterns)).fullmatch(word) is not None


def _told(item: SeriesPlane, turned: Mapping[str, str], axis: str, unnamed: tuple[str, str]) -> Told:
    """Of one series. axis: along which the limb lay, "" unknown; unnamed: why it would be asked without a text."""
    if item.text == item.magnet:
        return _said_alike(item, axis)
    if item.magnet in turned:
        return _as_others(item.magnet, turned[item.magnet])
    return _against_magnet(item, axis) if item.text else _without_words(item, axis, unnamed)


def _said_alike(item: SeriesPlane, axis: str) -> Told:
    if limb.fits(item.text, item.magnet, axis):
        return Told(item.magnet, (f"{PLANES[item.magnet]} by text and position",))
    why = f"text and place in the magnet say {PLANES[item.text]}, but {limb.in_words(item.magnet, axis)}"
    return _asked(item, why, limb.likeliest(item.magnet, axis))


def _as_others(magnet: str, plane: str) -> Told:
    if plane == magnet:
        return Told(plane, (f"{PLANES[plane]} by its position in the magnet",))
    why = f"the wrist lies turned in the magnet: {PLANES[magnet]} there is {PLANES[plane]} of the wrist"
    return Told(plane, (f"{PLANES[plane]} by text", why))


def _against_magnet(item: SeriesPlane, axis: str) -> Told:
    why = f"it lies {PLANES[item.magnet]} in the magnet, but its text says {PLANES[item.text]}"
    if limb.fits(item.text, item.magnet, axis) and not limb.fits(item.magnet, item.magnet, axis):
        return Told(item.text, (f"{PLANES[item.text]} by text", f"{why}, and {limb.in_words(item.magnet, axis)}"))
    return Told(item.text, (f"{why}{_lay(item)}",), (item.text, item.magnet) if item.read else ())


def _without_words(item: SeriesPlane, axis: str, unnamed: tuple[str, str]) -> Told:
    lies = f"it lies {PLANES[item.magnet]} in the magnet"
    if not limb.fits(item.magnet, item.magnet, axis):
        return _asked(item, f"{lies}, but {limb.in_words(item.magnet, axis)}", limb.likeliest(item.magnet, axis))
    why, first = unnamed
    if why:
        return _asked(item, f"{lies}, {why}", first)
    return Told(item.magnet, (f"{PLANES[item.magnet]} by its position in the magnet",))


def _asked(item: SeriesPlane, why: str, first: str) -> Told:
    """That of the magnet until somebody answers; of a series that isn't read nothing is asked."""
    asked = tuple(dict.fromkeys((first, item.magnet, *PLANES))) if item.read else ()
    return Told(item.magnet, (f"{why}{_lay(item)}",), asked)


def _lay(item: SeriesPlane) -> str:
    return f" (the patient lay {item.position})" if item.position else ""


def _unnamed(item: SeriesPlane, here: frozenset[str], *, aside: bool) -> tuple[str, str]:
    """Why a series whose plane no text names may be of another one, "" where it isn't asked, and the likeliest.

    here: the planes of the visit's series, by text, else in the magnet; aside: whether it lay far from the middle.
    """
    magnet = item.magnet
    absent = [plane for plane in (COR, AX) if plane not in here]
    if magnet == SAG and absent:
        why = f"the visit has no {PLANES[absent[0]]} series, and no text names its plane"
        position = "is the hand at the side of the body, or over the head?"
        return f"{why}: {position}", absent[0]
    if SAG in here and aside and magnet in {COR, SAG}:
        # beside the body a hand rests with its thumb in front, so that its coronal plane is sagittal in the magnet
        return (
            "the wrist lay at the side of the body, and no text names its plane: is the thumb in front, or the palm?"
        ), magnet
    return "", magnet
