"""Decision on a stack: whether two series of one SeriesInstanceUID that lie as one are one. Pure.

What headers say alike is one stack already; these differ in something that may be a matter of the scanner's or of
a de-identifier's making. Nobody joins them but a person, who may part any series as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, pairwise
from statistics import median

from storage.records import SeriesRecord, Vector3
from storage.vault.choices import NOTHING_CHOSEN, About, CurrentChoices
from storage.vault.vault import SeriesIdentity
from workstation.imaging.geometry import Stack, dot
from workstation.intake.decisions.decision import Answer, Confidence, Decision, Question

ONE, TWO, JOIN, PART = "one", "two", "join", "part"
# cosine of a degree; how far an even distance may be off; how near two slices are one
PARALLEL, EVEN, SAME_MM = 0.99985, 0.05, 0.01
LONGEST = 64
# of more values than these the first are told
MOST_TOLD = 3
NONE = "none"
NOT_KEPT = "their headers differ; in what wasn't kept when they were imported"


def stacks_in(
    visit: Sequence[tuple[SeriesRecord, SeriesIdentity]], chosen: Mapping[str, CurrentChoices]
) -> Iterator[Decision[str]]:
    """One decision for each series of a visit."""
    asked: set[str] = set()
    for number, (series, identity) in enumerate(visit):
        what, current = About.STACK.of(series.code), chosen.get(series.code, NOTHING_CHOSEN)
        if current.stack is not None:
            yield Decision(what, current.stack, Confidence.DECIDED, (), about=series.code)
            if current.stack == TWO:
                # said of all of them
                asked |= {other.code for other, theirs in visit if theirs.series_uid == identity.series_uid}
            continue
        others = [
            other
            for other, theirs in visit[number + 1 :]
            if theirs.series_uid == identity.series_uid and other.code not in asked and other.kind == series.kind
            and chosen.get(other.code, NOTHING_CHOSEN).stack is None
        ]  # fmt: skip
        # of a stack that an older program split, one series a slice, all are one answer
        whole = others and lie_as_one(series, *others)
        together = others if whole else [other for other in others if lie_as_one(series, other)][:1]
        if not together or series.kind == "OTHER":
            yield Decision(what, ONE, Confidence.SURE, ("its slices are alike by their headers",), about=series.code)
            continue
        codes = [other.code for other in together]
        asked |= set(codes)
        names = f"{series.kind} {series.plane} {' and '.join((series.code, *codes))}"
        values = {other.code: theirs.facts.get("split_by", {}) for other, theirs in visit}
        why = f"{names} are of one series of the scanner and lie as one stack"
        told = differences([(code, values[code]) for code in (series.code, *codes)])
        answers = (
            Answer(TWO, f"they stay {'two' if len(codes) == 1 else len(codes) + 1} stacks"),
            Answer(f"{JOIN}:{','.join(codes)}", f"they are one stack, under {series.code}"),
        )
        question = Question(what, identity.subject, identity.visit, f"{names}: one stack or two?", answers, TWO)
        yield Decision(what, TWO, Confidence.UNSURE, (why, told), question, series.code)


def lie_as_one(one: SeriesRecord, *others: SeriesRecord) -> bool:
    """Whether the slices of series would make one even stack."""
    if any(refusal(a, b) for a, b in combinations((one, *others), 2)):
        return False
    normal = Stack.stored(one).normal
    heights = sorted(dot(item.position_mm, normal) for series in (one, *others) for item in series.slices)
    steps = [above - below for below, above in pairwise(heights)]
    usual = median(steps)
    return max(abs(step - usual) for step in steps) <= EVEN * usual


def refusal(one: SeriesRecord, other: SeriesRecord) -> str:
    """Why two series can't be one stack, "" where they can."""
    alike = ("rows", "columns", "dtype", "inverted", "turn")
    if any(getattr(one, name) != getattr(other, name) for name in alike):
        return "their pictures differ in size or in the type of their pixels"
    sizes = zip(one.pixel_spacing_mm, other.pixel_spacing_mm, strict=True)
    if any(abs(mine - theirs) > EVEN * mine for mine, theirs in sizes):
        return "their pixels differ in size"
    first, second = Stack.stored(one), Stack.stored(other)
    if dot(first.right, second.right) < PARALLEL or dot(first.down, second.down) < PARALLEL:
        return "they aren't parallel"
    heights = sorted(_heights(one, first.normal) + _heights(other, first.normal))
    if any(above - below < SAME_MM for below, above in pairwise(heights)):
        return "both have a slice at one position"
    return ""


def _heights(series: SeriesRecord, normal: Vector3) -> list[float]:
    return [dot(item.position_mm, normal) for item in series.slices]


def differences(stacks: Sequence[tuple[str, Mapping[str, str]]]) -> str:
    """In which values the headers of some stacks differ, as a sentence without its capital.

    Args:
        stacks: the code of each series, and what `split_values` said of it.
    """
    names = dict.fromkeys(name for _, values in stacks for name in values)
    told = []
    for name in names:
        mine = [(code, values.get(name, "")[:LONGEST] or NONE) for code, values in stacks]
        distinct = dict.fromkeys(value for _, value in mine)
        if len(distinct) == 1:
            continue
        if len(mine) <= MOST_TOLD:
            told.append(f"{name} is {', '.join(f'{value} in {code}' for code, value in mine)}")
        else:
            some = ", ".join(list(distinct)[:MOST_TOLD])
            told.append(f"{name} has {len(distinct)} values{', such as' if len(distinct) > MOST_TOLD else ':'} {some}")
    return f"their headers differ: {'; '.join(told)}" if told else NOT_KEPT
