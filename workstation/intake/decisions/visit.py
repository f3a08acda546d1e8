"""Decision on visits: which examinations of a person are one visit, and which visit came first. Pure.

An examination belongs to its StudyInstanceUID and its day. Days that are known and apart decide alone, where no word of
folders and headers tells another order; all else is asked, with the folders, the words and the times of each.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from scoring.values import replace
from storage.vault.choices import About, Choice
from workstation.intake.decisions.decision import Answer, Confidence, Decision, Question
from workstation.intake.decisions.examination import Exam, day_number
from workstation.intake.decisions.words import day_in, numbered_words, still_to_come

VISITS = "visits"
Numbers = tuple[tuple[int, ...], ...]
EARLY, LATE = 0, 1
EXAM = re.compile(r"E[1-9][0-9]*")
LONGEST_SAID = 60
# radiographs are made on another day than MR, and hands on another one than feet
RADIOGRAPH_DAYS = 45
SWAPPED = "folder names or descriptions and dates disagree on which visit is baseline: swapped?"


@dataclass(frozen=True, slots=True)
class VisitWords:
    """Words of folders and headers that name baseline and follow-up, as `protocol.toml` has them."""

    baseline: frozenset[str]
    follow_up: frozenset[str]


@dataclass(frozen=True, slots=True)
class Visits:
    """numbers: the examinations of each visit, in time. refused: those that may not come in, with the reason."""

    numbers: Numbers
    decision: Decision[str]
    refused: Mapping[int, str]


def visits(subject: str, exams: Sequence[Exam], words: VisitWords, answer: Choice | None) -> Visits:
    """The visits of a person of whom nothing has been read yet.

    Args:
        subject: code.
        exams: of the person, in any order.
        words: that name visits.
        answer: of the coordinator, None where there is none; what has come since is put where its day says.
    """
    what = About.VISIT.of(subject)
    placeholders = [exam.name for exam in exams if exam.day != day_in(exam.day)]
    unbelieved = "still to come" if any(still_to_come(exam.day) for exam in exams) else "a placeholder"
    exams = [replace(exam, day=day_in(exam.day)) for exam in exams]
    phases = _phases(exams, words)
    by_number = {exam.number: exam for exam in exams}
    said = _answered(answer, by_number)
    new = [exam for exam in exams if exam.number not in {number for visit in said for number in visit}]
    if said and not new:
        evidence = tuple(in_words(by_number[number]) for visit in said for number in visit)
        return Visits(said, Decision(what, as_words(said), Confidence.DECIDED, evidence), {})
    groups = [*([by_number[number] for number in visit] for visit in said), *_grouped(new, phases)]
    doubts, against = _doubts(groups, phases)
    if placeholders and len(groups) > 1:
        doubts.insert(0, f"the date of {' and '.join(placeholders)} is {unbelieved}, not a real date")
    if said:
        doubts = [f"{' and '.join(exam.name for exam in new)} was imported after the order was decided", *doubts]
    ordered = sorted(groups, key=lambda group: _order_key(group, groups, phases))
    if said:
        ordered = _put_in(groups[: len(said)], groups[len(said) :])
    numbers = tuple(tuple(sorted(exam.number for exam in group)) for group in ordered)
    value = as_words(numbers)
    told = tuple(in_words(exam) for group in ordered for exam in group)
    if not doubts and not against:
        return Visits(numbers, Decision(what, value, Confidence.SURE, (*_by_days(ordered), *told)), {})
    guessed = not _tells(ordered, phases)
    answers = _offered(numbers, value, exams)
    question = Question(what, subject, None, _text(numbers), answers, "" if guessed else value)
    confidence = Confidence.CONTRADICTORY if against or guessed else Confidence.UNSURE
    return Visits(numbers, Decision(what, value, confidence, (*against, *doubts, *told), question), {})


@dataclass(frozen=True, slots=True)
class Before:
    """What there was of a person of whom something has been read. visits: that the study had, in time.

    given: whether readers were given a visit, by its number. hidden: whether the order is hidden from readers; one who
    has read would learn it from a visit more. answer: of the coordinator, None where there is none.
    """

    visits: Numbers
    given: Callable[[int], bool]
    hidden: bool = False
    answer: Choice | None = None


def visits_after_reading(subject: str, exams: Sequence[Exam], before: Before, words: VisitWords) -> Visits:
    """The visits of a person of whom something has been read: those keep their numbers, and later ones come behind.

    Args:
        subject: code.
        exams: of the person, in any order.
        before: what there was of the person.
        words: that name visits.
    """
    exams = [replace(exam, day=day_in(exam.day)) for exam in exams]
    phases = _phases(exams, words)
    here = {exam.number: exam for exam in exams}
    numbers = [[number for number in visit if number in here] for visit in before.visits]
    days = {day: index for index, visit in enumerate(numbers) for day in (here[n].day for n in visit) if day}
    known = [here[number].day for visit in numbers for number in visit]
    later: dict[str, list[int]] = defaultdict(list)
    refused: dict[int, str] = {}
    for exam in sorted(exams, key=lambda item: (item.day, item.number)):
        if any(exam.number in visit for visit in numbers):
            continue
        near = _nearest(exam, [[here[number] for number in visit] for visit in numbers], phases)
        if near is not None and not before.hidden:
            next(visit for visit in numbers if near[0].number in visit).append(exam.number)
        elif exam.day and exam.day in days:
            mine = numbers[days[exam.day]]
            if _fits(exam, [here[number] for number in mine], phases):
                mine.append(exam.number)
            else:
                refused[exam.number] = "it is from the same day as a visit that has been read, and may be another visit"
        elif before.hidden:
            refused[exam.number] = "the subject has been read, and one more visit would show which came first"
        elif not exam.day:
            refused[exam.number] = "it has no date, so it is not known which visit it is"
        elif not all(known):
            refused[exam.number] = "the study has a visit of unknown date, so the order is not known"
        elif exam.day < max(known, default=""):
            refused[exam.number] = "it is earlier than a visit that has been read"
        else:
            later[exam.day].append(exam.number)
    found = tuple(tuple(visit) for visit in (*numbers, *(later[day] for day in sorted(later))))
    return Visits(
        found, _after_reading(subject, [[here[n] for n in visit] for visit in found], before, phases), refused
    )


def _after_reading(
    subject: str, groups: Sequence[Sequence[Exam]], before: Before, phases: Mapping[int, frozenset[int]]
) -> Decision[str]:
    """Whether what came behind a visit that has been read is surely a visit of its own; what was read stays one."""
    what, value = About.VISIT.of(subject), as_words(tuple(tuple(exam.number for exam in group) for group in groups))
    said = [set(visit) for visit in (before.answer.value.get(VISITS, ()) if before.answer is not None else ())]
    doubts: dict[str, None] = {}
    for number, (earlier, group) in enumerate(pairwise(groups), start=2):
        mine = {exam.number for exam in group}
        found = [
            *_day_by_day([*earlier, *group]),
            *_of_a_year(group),
            *([SWAPPED] if _phase(group, phases) == {EARLY} else []),
        ]
        if found and not any(mine <= visit for visit in said) and not before.given(number):
            rest = f"where {as_words((tuple(sorted(mine)),))} is none, `ramris study remove DIR {subject}/{number}`"
            doubts |= dict.fromkeys([*found, f"what has been read stays as it is; {rest} takes it out"])
    if not doubts:
        decided = Confidence.DECIDED if said else Confidence.SURE
        return Decision(what, value, decided, ("it has been read",))
    told = tuple(in_words(exam) for group in groups for exam in group)
    numbers = tuple(tuple(exam.number for exam in group) for group in groups)
    question = Question(what, subject, None, _text(numbers), (Answer(value, _means(numbers)),), value)
    return Decision(what, value, Confidence.UNSURE, (*doubts, *told), question)


def as_words(numbers: Numbers) -> str:
    """`E1,E2+E3`: visit 1 is E1, visit 2 is E2 and E3."""
    return ",".join("+".join(f"E{number}" for number in visit) for visit in numbers)


def parsed(text: str, exams: Sequence[int]) -> Numbers | None:
    """What `as_words` wrote, None where it doesn't name each of the examinations once."""
    parts = [[part.strip() for part in visit.split("+")] for visit in text.upper().split(",")]
    if not all(EXAM.fullmatch(part) for visit in parts for part in visit):
        return None
    numbers = tuple(tuple(int(part[1:]) for part in visit) for visit in parts)
    named = [number for visit in numbers for number in visit]
    return numbers if sorted(named) == sorted(exams) else None


def _answered(answer: Choice | None, exams: Mapping[int, Exam]) -> Numbers:
    said = answer.value.get(VISITS, ()) if answer is not None else ()
    visits_said = (tuple(number for number in visit if number in exams) for visit in said)
    return tuple(visit for visit in visits_said if visit)


def _phases(exams: Sequence[Exam], words: VisitWords) -> Mapping[int, frozenset[int]]:
    """Whether the words of each examination say baseline or follow-up; what all of them say tells nothing."""
    found = {exam.number: _words(exam) for exam in exams}
    common = frozenset.intersection(*found.values()) if len(found) > 1 else frozenset()
    return {
        number: frozenset(
            phase for phase, named in ((EARLY, words.baseline), (LATE, words.follow_up)) if (mine - common) & named
        )
        for number, mine in found.items()
    }


def _words(exam: Exam) -> frozenset[str]:
    parts = (part for folder in exam.folders for part in folder.replace("\\", "/").split("/"))
    return frozenset().union(*(numbered_words(text) for text in (*parts, *exam.said)))


def _grouped(exams: Sequence[Exam], phases: Mapping[int, frozenset[int]]) -> list[list[Exam]]:
    """Examinations of one day that may be one visit, together: what repeats a series, or is of another phase, isn't."""
    groups: list[list[Exam]] = []
    in_time = sorted(exams, key=lambda item: (item.day, item.moment, item.folders, item.number))
    for exam in sorted(in_time, key=lambda item: bool(item.modality)):
        mine = next((group for group in groups if _fits(exam, group, phases)), None) or _nearest(exam, groups, phases)
        if mine is None:
            groups.append([exam])
        else:
            mine.append(exam)
    return groups


def _fits(exam: Exam, group: Sequence[Exam], phases: Mapping[int, frozenset[int]]) -> bool:
    if any(exam.day != other.day for other in group):
        return False
    if any(set(exam.frames) & set(other.frames) for other in group):
        return not any(_contrary(exam, other, phases) for other in group)
    return not any(_contrary(exam, other, phases) or set(exam.series) & set(other.series) for other in group)


def _nearest(exam: Exam, groups: Sequence[list[Exam]], phases: Mapping[int, frozenset[int]]) -> list[Exam] | None:
    """The visit that a radiograph is of: the nearest in time that has no such picture; None where none is near."""
    day = day_number(exam.day)
    if not exam.modality or day is None:
        return None
    apart = [
        (min(abs(day - there) for there in days), number)
        for number, group in enumerate(groups)
        if (days := [there for other in group if (there := day_number(other.day)) is not None])
        and not any(_contrary(exam, other, phases) or set(exam.series) & set(other.series) for other in group)
    ]
    near = min(apart, default=(RADIOGRAPH_DAYS + 1, 0))
    return groups[near[1]] if near[0] <= RADIOGRAPH_DAYS else None


def _contrary(a: Exam, b: Exam, phases: Mapping[int, frozenset[int]]) -> bool:
    """Whether words say that two examinations are of two visits."""
    return bool(phases[a.number] and phases[b.number] and phases[a.number] != phases[b.number])


def _doubts(groups: Sequence[Sequence[Exam]], phases: Mapping[int, frozenset[int]]) -> tuple[list[str], list[str]]:
    """What leaves the visits open, and what contradicts them."""
    doubts, against = [], []
    days = [{exam.day for exam in group} for group in groups]
    if len(groups) > 1 and any("" in day for day in days):
        doubts.append("not every examination has a date")
    dated = [day for day in set().union(*days) if day]
    if any(sum(day in mine for mine in days) > 1 for day in dated):
        doubts.append("two examinations are from the same day")
    doubts += _of_days(groups)
    doubts += [
        "one visit has several studies, by their StudyInstanceUIDs"
        for group in groups
        if len(of_mr := [exam for exam in group if not exam.modality]) > 1 and not _share_a_frame(of_mr)
    ]
    uids = [{uid for exam in group for uid in exam.study_uids} for group in groups]
    if any(a & b for index, a in enumerate(uids) for b in uids[:index]):
        against.append("one study, by its StudyInstanceUID, has days that lie apart: is it two visits?")
    in_time = sorted(groups, key=lambda group: min(exam.day for exam in group))
    if len(groups) > 1 and all(all(day) for day in days):
        said = [frozenset().union(*(phases[exam.number] for exam in group)) for group in in_time]
        if (LATE in said[0] and EARLY not in said[0]) or any(item == {EARLY} for item in said[1:]):
            against.append(SWAPPED)
    return list(dict.fromkeys(doubts)), against


def _of_days(groups: Sequence[Sequence[Exam]]) -> list[str]:
    """What days themselves leave open: visits that are one day apart, and a day that stands for a year alone."""
    if len(groups) < 2:  # noqa: PLR2004 - one visit is no order
        return []
    exams = [exam for group in groups for exam in group if exam.day]
    of_mr = [exam for exam in exams if not exam.modality]
    return [*_day_by_day(of_mr or exams), *_of_a_year(exams)]


def _day_by_day(exams: Iterable[Exam]) -> list[str]:
    days = sorted({day for exam in exams if (day := day_number(exam.day)) is not None})
    apart = any(b - a == 1 for a, b in pairwise(days))
    return ["two examinations are one day apart: is it one visit, over midnight or begun again?"] if apart else []


def _of_a_year(exams: Iterable[Exam]) -> list[str]:
    said = " and ".join(exam.name for exam in exams if exam.day.endswith("0101"))
    return [f"the date of {said} is 1 January, which programs write where they keep the year alone"] if said else []


def _share_a_frame(group: Sequence[Exam]) -> bool:
    return all(set(exam.frames) & {f for other in group if other is not exam for f in other.frames} for exam in group)


def _order_key(
    group: Sequence[Exam], groups: Sequence[Sequence[Exam]], phases: Mapping[int, frozenset[int]]
) -> tuple[object, ...]:
    """Where a visit comes: by days where all are known and apart, else by words, then by days and times."""
    days = [min(exam.day for exam in other) for other in groups]
    by_day = all(days) and len(set(days)) == len(days)
    phase = 2 if not (said := _phase(group, phases)) else min(said) * 4
    day, moment = min((exam.day, exam.moment) for exam in group)
    rest = (day, moment, min(exam.folders for exam in group), min(exam.number for exam in group))
    return (0, *rest) if by_day else (phase, *rest)


def _put_in(said: Sequence[list[Exam]], new: Sequence[list[Exam]]) -> list[list[Exam]]:
    """Visits whose order was decided, and later ones in front of the first that is of a later day, else behind."""
    ordered = list(said)
    for group in sorted(new, key=lambda item: min(exam.day for exam in item)):
        day = min(exam.day for exam in group)
        later = (index for index, other in enumerate(ordered) if day and min(exam.day for exam in other) > day)
        ordered.insert(next(later, len(ordered)), group)
    return ordered


def _phase(group: Sequence[Exam], phases: Mapping[int, frozenset[int]]) -> frozenset[int]:
    return frozenset().union(*(phases[exam.number] for exam in group))


def _tells(ordered: Sequence[Sequence[Exam]], phases: Mapping[int, frozenset[int]]) -> bool:
    """Whether something says in which order visits come: words, or days. Hours of one day order and propose nothing."""
    if len(ordered) == 1:
        return True
    said = [_phase(group, phases) for group in ordered]
    if said[0] == {EARLY} or (all(item == {LATE} for item in said[1:]) and LATE not in said[0]):
        return True
    keys = [min((exam.day, exam.moment) for exam in group) for group in ordered]
    return all(keys) and len({day for day, _ in keys}) == len(keys) and all(day for day, _ in keys)


def _text(numbers: Numbers) -> str:
    if len(numbers) == 1:
        return f"{as_words(numbers)}: is it one visit?"
    said = ", ".join(f"visit {index} {as_words((visit,))}" for index, visit in enumerate(numbers, start=1))
    return f"{said}: are these the visits, in this order?"


def _offered(numbers: Numbers, value: str, exams: Sequence[Exam]) -> tuple[Answer, ...]:
    """The proposal, the other way round, and all of it as one visit or each of it as one."""
    single = tuple((exam.number,) for exam in sorted(exams, key=lambda item: (item.day, item.moment, item.number)))
    together = (tuple(sorted(exam.number for exam in exams)),)
    ways = dict.fromkeys((numbers, numbers[::-1], single, single[::-1] if len(single) == 2 else single, together))  # noqa: PLR2004 - a pair
    return tuple(Answer(as_words(way), _means(way)) for way in ways if way) if value else ()


def _means(way: Numbers) -> str:
    if len(way) == 1:
        return "all of it is one visit"
    named = ", then ".join(" with ".join(f"E{number}" for number in visit) for visit in way)
    return f"{named}: {len(way)} visits in this order"


def _by_days(ordered: Sequence[Sequence[Exam]]) -> tuple[str, ...]:
    if len(ordered) > 1:
        return ("by their dates",)
    return ("one study",) if len(ordered) == 1 and len(ordered[0]) == 1 else ("one frame of reference",)


def in_words(exam: Exam) -> str:
    """What tells an examination: its day and time, its folder and what headers call it."""
    parts = [_day(exam.day), *([_clock(exam.moment)] if exam.moment else [])]
    parts += [f"folder {_short(_ends(exam.folders))}"] if exam.folders else []
    parts += [f"called {_short(', '.join(exam.said))}"] if exam.said else []
    return f"{exam.name}: {', '.join(parts)}"


def _ends(folders: Sequence[str]) -> str:
    """The folder that all its series lie in, and the one above it."""
    split = [folder.replace("\\", "/").split("/") for folder in folders]
    shared = next((n for n in range(min(map(len, split)), 0, -1) if len({tuple(p[:n]) for p in split}) == 1), 0)
    return "/".join(split[0][max(shared - 2, 0) : shared])


def _day(day: str) -> str:
    return f"{day[:4]}-{day[4:6]}-{day[6:]}" if day_number(day) else "no date"


def _clock(moment: str) -> str:
    return f"{moment[:2]}:{moment[2:4]}"


def _short(text: str) -> str:
    shown = "".join(sign if sign.isprintable() else "?" for sign in text)
    return shown if len(shown) <= LONGEST_SAID else f"{shown[: LONGEST_SAID - 3]}..."
