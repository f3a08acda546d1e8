"""Decision on the side: which wrist a person's visits show, by header, by text and by where it lay. Pure.

Header and text that contradict each other, two wrists in one visit, and one wrist at each visit are asked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from scoring.schemes.modalities import XR
from storage.vault.choices import About, Choice
from storage.vault.vault import SeriesIdentity
from workstation.intake.decisions.decision import Answer, Confidence, Decision, Question
from workstation.intake.decisions.plane import AT_THE_SIDE_MM
from workstation.intake.decisions.words import one_of, plain, shipped_words, spaced, words_in

LEFT, RIGHT, TWO = "L", "R", "two"
BOTH = "LR"
SIDES = (LEFT, RIGHT)
SAID = {LEFT: "left", RIGHT: "right"}
BRACKETS = "([{"


@dataclass(frozen=True, slots=True)
class SeriesSide:
    """What speaks for the side of one series: L, R or "". header, text: of its own; study: what its study is called.

    x_mm: its middle, LPS, so that left of the patient is above 0; None unknown. both: whether its text, or the name of
    its study, speaks of both.
    """

    code: str
    visit: int
    header: str = ""
    text: str = ""
    study: str = ""
    x_mm: float | None = None
    both: bool = False

    @property
    def own(self) -> str:
        """Of the series itself, "" where nothing says or header and text contradict each other."""
        return "" if self.contrary else self.header or self.text

    @property
    def contrary(self) -> bool:
        """Whether header and text contradict each other."""
        return bool(self.header and self.text and self.header != self.text)


@dataclass(frozen=True, slots=True)
class Sides:
    """by_visit: L, R or "" of each visit. other: series of a wrist that isn't read. wrists: of series of a visit that
    shows two. decision: on the person.
    """

    by_visit: Mapping[int, str]
    other: frozenset[str]
    wrists: Mapping[str, str]
    decision: Decision[str]


def sides(subject: str, series: Sequence[SeriesSide], answer: Choice | None) -> Sides:
    """Which wrist each visit of a person shows."""
    what = About.SIDE.of(subject)
    visits: dict[int, list[SeriesSide]] = defaultdict(list)
    for item in series:
        visits[item.visit].append(item)
    shown = {number: {item.own for item in mine} - {""} for number, mine in sorted(visits.items())}
    two = [number for number, found in shown.items() if len(found) > 1]
    wrists = {item.code: item.own for number in two for item in visits[number]}
    if answer is not None and answer.answer in SIDES:
        other = {code for code, side in wrists.items() if side and side != answer.answer}
        decided = Decision(what, answer.answer, Confidence.DECIDED, ())
        return Sides(dict.fromkeys(shown, answer.answer), frozenset(other), {}, decided)
    by_visit = {number: _of_visit(mine, shown[number]) for number, mine in sorted(visits.items())}
    within = {number: _within(number, visits[number], found, by_visit[number]) for number, found in shown.items()}
    likely = {number: side or _lay_of(visits[number]) for number, side in by_visit.items()}
    apart = _between(by_visit, likely)
    reasons = (*(said for found in within.values() for said in found), *apart)
    value = ",".join(side or "-" for side in by_visit.values())
    if answer is not None:
        return Sides(by_visit, frozenset(), wrists, Decision(what, answer.answer, Confidence.DECIDED, reasons))
    if not reasons:
        return Sides(by_visit, frozenset(), wrists, Decision(what, value, Confidence.SURE, _told(visits, by_visit)))
    question = Question(what, subject, None, _text(two), _answers(two, likely), _proposal(by_visit))
    # where something contradicts it, no side is shown to a reader
    unsure = {number: "" if apart or within[number] else side for number, side in by_visit.items()}
    return Sides(unsure, frozenset(), wrists, Decision(what, value, Confidence.CONTRADICTORY, reasons, question))


def side_of(identity: SeriesIdentity) -> SeriesSide:
    """What the vault knows of the side of a series; of one that an older program imported its texts still tell."""
    facts = identity.facts
    if facts.get("modality") == XR.code:
        # a radiograph's side is a part of its kind
        return SeriesSide(identity.code, identity.visit)
    kept, study = facts.get("side_text"), str(facts.get("side_study", ""))
    text = said_side(str(facts.get("said", ""))) if kept is None else str(kept)
    return SeriesSide(
        identity.code,
        identity.visit,
        _one(str(facts.get("side", ""))),
        _one(text),
        _one(study),
        facts.get("x_mm"),
        BOTH in (text, study),
    )


def said_side(*texts: str) -> str:
    """L, R, LR or "": the sides that texts speak of."""
    return "".join(sorted(set().union(*(_in_text(text) for text in texts))))


def _in_text(text: str) -> set[str]:
    known = shipped_words().side
    found: set[str] = set()
    rest = ""
    bare = plain(text).replace("_", " ")
    said = one_of(known.in_passing).sub(" ", bare)
    # accents tell some words apart; they are gone only where something was taken away
    own = text if said == bare else said
    for written in (spaced(own), spaced(said)):
        rest = one_of(known.neither).sub(" ", written)
        for sides, patterns in ((SIDES, known.both_in), ((LEFT,), known.left_in), ((RIGHT,), known.right_in)):
            if one_of(patterns).search(rest):
                found |= set(sides)
                rest = one_of(patterns).sub(" ", rest)
    return found | _by_words(rest)


def _by_words(text: str) -> set[str]:
    known, words = shipped_words().side, words_in(text)
    if set(words) & known.both:
        return set(SIDES)
    found = set()
    for index, word in enumerate(words):
        side = LEFT if word in known.left else RIGHT if word in known.right else ""
        if side and _counts(index, words, text) and not set(words[index + 1 : index + 3]) & known.handed:
            found.add(side)
    return found


def _counts(index: int, words: Sequence[str], text: str) -> bool:
    """Whether a word that is short, or a word of other things too, stands where it means a side."""
    known, word = shipped_words().side, words[index]
    if word not in known.beside | known.last:
        return True
    if word in known.last and index == len(words) - 1 and len(words) > 1:
        return True
    if any(f"{sign}{word}" in plain(text) for sign in BRACKETS):
        return True
    around = {*words[max(index - 1, 0) : index], *words[index + 1 : index + 2]}
    return word in known.beside and bool(around & known.wrist)


def _one(said: str) -> str:
    return said if said in SIDES else ""


def _of_visit(series: Sequence[SeriesSide], shown: set[str]) -> str:
    if len(shown) == 1:
        return next(iter(shown))
    studies = {item.study for item in series} - {""}
    return studies.pop() if not shown and len(studies) == 1 else ""


def _within(number: int, series: Sequence[SeriesSide], shown: set[str], side: str) -> list[str]:
    """What contradicts itself within a visit; side: what it is taken for."""
    said = [
        f"visit {number}: the header of {item.code} says {SAID[item.header]}, its text says {SAID[item.text]}"
        for item in series
        if item.contrary
    ]
    if len(shown) > 1:
        named = "; ".join(f"{SAID[side]}: {', '.join(i.code for i in series if i.own == side)}" for side in SIDES)
        return [*said, f"visit {number} shows two wrists ({named})"]
    studies = {item.study for item in series} - {""}
    if len(studies) > 1:
        said.append(f"visit {number}: its studies are named left and right")
    elif shown and studies and shown != studies:
        one, other = SAID[next(iter(shown))], SAID[next(iter(studies))]
        said.append(f"visit {number}: the series say {one}, the name of the study says {other}")
    if not side and not said and any(item.both for item in series):
        said.append(f"visit {number}: the text speaks of both hands, and nothing says which one is read")
    lay = _lay_of(series)
    if side and lay and lay != side:
        said.append(f"visit {number}: {SAID[side]} by header or text, but it lay at the {SAID[lay]} of the body")
    return said


def _between(by_visit: Mapping[int, str], likely: Mapping[int, str]) -> list[str]:
    """Wrists of two sides, one after the other; likely: else the side of the body at which it lay."""
    known = [(number, side) for number, side in likely.items() if side]
    return [
        f"{SAID[a]} wrist at visit {first}, {SAID[b]} at visit {second}{_by_position(by_visit, (first, second))}"
        for (first, a), (second, b) in pairwise(known)
        if a != b
    ]


def _by_position(by_visit: Mapping[int, str], numbers: Sequence[int]) -> str:
    unnamed = [str(number) for number in numbers if not by_visit[number]]
    return f" (visit {' and '.join(unnamed)} by the side of the body at which it lay)" if unnamed else ""


def _told(visits: Mapping[int, Sequence[SeriesSide]], by_visit: Mapping[int, str]) -> tuple[str, ...]:
    """Why it is that side, and where nothing says: on which side of the magnet the wrist lay."""
    said = []
    for number, side in by_visit.items():
        if side:
            by = "header" if any(item.header for item in visits[number]) else "text"
            said.append(f"visit {number}: {SAID[side]} by the {by}")
        else:
            lay = _lay_of(visits[number])
            where = f"; it lay at the {SAID[lay]} of the body" if lay else ""
            said.append(f"visit {number}: nothing says which wrist it is{where}")
    return tuple(said)


def _lay_of(series: Sequence[SeriesSide]) -> str:
    """The side of the body at which a visit's wrist lay, "" where that isn't one."""
    found = {LEFT if x > 0 else RIGHT for x in (item.x_mm for item in series) if x and abs(x) >= AT_THE_SIDE_MM}
    return found.pop() if len(found) == 1 else ""


def _text(two: Sequence[int]) -> str:
    return "two wrists in one visit: which one is read?" if two else "which wrist is it?"


def _answers(two: Sequence[int], likely: Mapping[int, str]) -> tuple[Answer, ...]:
    other = "; series of the other wrist become OTHER" if two else ""
    answers = tuple(Answer(side, f"the {SAID[side]} wrist at every visit{other}") for side in SIDES)
    if set(likely.values()) >= set(SIDES):
        return (*answers, Answer(TWO, "both are right, they are two wrists: no change can be scored"))
    return answers


def _proposal(by_visit: Mapping[int, str]) -> str:
    """The side of the visits that are clear, where it is one."""
    known = set(by_visit.values()) - {""}
    return known.pop() if len(known) == 1 else ""
