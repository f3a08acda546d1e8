"""Answers about stacks: series that are joined to one, and one that is parted in two, made anew from the scans."""

from __future__ import annotations

import re
import shutil
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from storage.records import SeriesRecord
from storage.study.coordinator import CoordinatorStudy
from storage.vault.choices import Choice
from workstation.errors import IntakeRefused, UsageRefused
from workstation.intake.decisions.stack import JOIN, PART, TWO, refusal
from workstation.intake.files.archives import MEMBER
from workstation.intake.writing.indexing import subject_record

RANGE = re.compile(r"([1-9][0-9]{0,4})(?:-([1-9][0-9]{0,4}))?")


@dataclass(frozen=True, slots=True)
class StackAnswer:
    """What is kept of an answer, and the series that are made anew by it."""

    answer: str
    value: Mapping[str, Any]
    anew: frozenset[str]


def stack_answer(study: CoordinatorStudy, subject: str, series: str, answer: str) -> StackAnswer:
    """`two`, `join:CODE,...` or `part:1-8,.../9-12`, numbers of slices as the room counts them, a slash between parts.

    Raises:
        UsageRefused: it is none of these.
        IntakeRefused: the series can't be joined or parted so.
    """
    here = _by_code(study, subject)
    word, _, rest = answer.partition(":")
    if series not in here:
        raise IntakeRefused(f"stack:{series}: it isn't in the study")
    visit, record = here[series]
    if word.lower() == TWO and not rest:
        return StackAnswer(TWO, {}, frozenset())
    if word.lower() == JOIN and rest:
        others = [code.strip().upper() for code in rest.split(",")]
        for code in others:
            why = _cannot_join(here, (visit, record), code)
            if why:
                raise IntakeRefused(f"stack:{series}: can't be joined with {code}: {why}")
        return StackAnswer(f"{JOIN}:{','.join(others)}", {"with": others}, frozenset((series, *others)))
    if word.lower() == PART and rest:
        parts = [[record.slices[number].uid for number in part] for part in _parts(series, rest, len(record.slices))]
        uids = [uid for part in parts for uid in part]
        return StackAnswer(f"{PART}:{rest}", {"slices": uids, "parts": parts}, frozenset((series,)))
    raise UsageRefused(
        f"stack {answer!a}: {TWO}; {JOIN}:CODE; {PART}:1-8 or {PART}:1-4/5-8, slices as the room numbers them"
    )


def anew_without(study: CoordinatorStudy, subject: str, series: str, last: Choice) -> frozenset[str]:
    """The series that are made anew when an answer is taken back."""
    if last.answer == TWO:
        return frozenset()
    parted = set(last.value.get("slices", ()))
    here = _by_code(study, subject)
    return frozenset(
        code for code, (_, record) in here.items() if code == series or parted & {item.uid for item in record.slices}
    )


def scans_of(study: CoordinatorStudy, subject: str, series: Collection[str]) -> list[Path]:
    """The scans that series are made anew from.

    Raises:
        IntakeRefused: they aren't all where they were, and nothing has changed.
    """
    files = files_of(study, subject)
    if series and not all(file.exists() for file in files):
        raise IntakeRefused(
            f"{', '.join(sorted(series))}: made anew from the scans, and not all of them are where they were. Bring "
            "them back, and answer again"
        )
    return files


def files_of(study: CoordinatorStudy, subject: str) -> list[Path]:
    """The source files of a subject's series, the archive for what lies in one."""
    mine = {item.code for item in study.vault.series() if item.subject == subject}
    paths = {Path(item.path) for item in study.vault.sources() if item.series_code in mine}
    return sorted({path.parent if MEMBER.match(path.name) else path for path in paths})


def leave(study: CoordinatorStudy, subject: str, series: Collection[str], why: str) -> None:
    """Take series out of the study that come in again at once. why: the reason, where the subject has been read."""
    found = study.subject(subject)
    if found is None or not series:
        return
    identities = {item.code: item for item in study.vault.series()}
    kept = {code: record for code, (_, record) in _by_code(study, subject).items() if code not in series}
    whole = subject_record(subject, len(found.visits), kept, identities)
    study.replace_subject(whole, why=why if study.readers_have(subject) else "")
    for code in sorted(series):
        shutil.rmtree(study.images / code, ignore_errors=True)


def _by_code(study: CoordinatorStudy, subject: str) -> Mapping[str, tuple[int, SeriesRecord]]:
    found = study.subject(subject)
    visits = found.visits if found else ()
    return {item.code: (visit.number, item) for visit in visits for item in visit.series}


def _cannot_join(here: Mapping[str, tuple[int, SeriesRecord]], target: tuple[int, SeriesRecord], code: str) -> str:
    visit, record = target
    if code not in here or here[code][0] != visit or code == record.code:
        return "the visit has no other series of that code"
    return refusal(record, here[code][1])


def _parts(series: str, text: str, count: int) -> list[list[int]]:
    """Numbers of slices from 0 of each part that is parted off; some slices stay."""
    parts = [_numbers(series, part, count) for part in text.split("/")]
    every = [number for part in parts for number in part]
    if len(set(every)) < len(every) or len(every) == count:
        raise IntakeRefused(f"stack:{series}: each slice is in one part at most, and some of slices 1 to {count} stay")
    return parts


def _numbers(series: str, text: str, count: int) -> list[int]:
    found: set[int] = set()
    for part in text.split(","):
        match = RANGE.fullmatch(part.strip())
        if match is None:
            raise UsageRefused(f"stack:{series} {text!a}: numbers of slices, such as {PART}:1-8,10")
        first = int(match[1])
        found |= set(range(first, int(match[2] or first) + 1))
    if not found or max(found) > count or len(found) == count:
        raise IntakeRefused(f"stack:{series}: it has slices 1 to {count}; some of them, and not all, can be parted off")
    return sorted(number - 1 for number in found)
