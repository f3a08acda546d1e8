"""Examinations found by an import: what is noted of each while files go by, and which of those in the vault it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from scoring.schemes.modalities import XR
from scoring.values import replace
from workstation.intake.decisions.examination import Exam, day_number, joined
from workstation.intake.frames import FileFacts, Frame

# a study that runs over midnight has two dates
SAME_STUDY_DAYS = 1
LONGEST_SAID = 200
StudyDay = tuple[str, str, str]


@dataclass(slots=True)
class _Noted:
    """What was met of one study on one day; series are looked at once each."""

    first: Frame
    moment: str = ""
    seen: set[str] = field(default_factory=set)
    folders: set[str] = field(default_factory=set)
    said: set[str] = field(default_factory=set)
    series: set[str] = field(default_factory=set)
    frames: set[str] = field(default_factory=set)


class Examinations:
    """Notes a file at a time; `numbered` then says what examinations these are."""

    def __init__(self) -> None:
        self._noted: dict[StudyDay, _Noted] = {}
        self._numbers: dict[StudyDay, int] = {}

    def note(self, person: str, frame: Frame) -> None:
        """The first frame of a file of a person; `person` is an identity key."""
        facts = frame.facts
        study_day = (person, facts.study_uid, facts.date)
        noted = self._noted.get(study_day)
        if noted is None:
            noted = self._noted[study_day] = _Noted(frame)
        moment = frame.acquired or facts.series_time
        if moment and (not noted.moment or moment < noted.moment):
            noted.moment = moment
        if facts.series_uid not in noted.seen:
            noted.seen.add(facts.series_uid)
            noted.folders.add(str(facts.path.parent))
            noted.said.add(facts.occasion[:LONGEST_SAID])
            noted.series.add(f"{facts.description[:LONGEST_SAID]} {frame.evidence.side}".strip())
            noted.frames.add(facts.frame_of_reference)

    def numbered(self, known: Iterable[Exam], codes: Mapping[str, str]) -> tuple[Exam, ...]:
        """The examinations that were met, under the number that the vault has for each, or a new one.

        Args:
            known: those of the vault.
            codes: identity key -> the code of that identity.
        """
        here = {exam.number: exam for exam in known}
        touched: dict[int, Exam] = {}
        runs = [
            (_exam([self._noted[person, study, day] for day in days], codes[person], study, days), person, days)
            for (person, study), found in self._by_study().items()
            if person in codes
            for days in _runs(found)
        ]
        # in time, so that what is asked about E1 and E2 reads as it happened
        for exam, person, days in sorted(
            runs, key=lambda run: (run[0].day, run[0].moment, run[0].folders, run[0].study_uids)
        ):
            same = next((item for item in here.values() if _is_same(item, exam)), None)
            number = same.number if same else max(here, default=0) + 1
            here[number] = touched[number] = joined(same, exam) if same else replace(exam, number=number)
            self._numbers |= {(person, exam.study_uids[0], day): number for day in days}
        return tuple(touched.values())

    def number_of(self, person: str, facts: FileFacts) -> int:
        """Of the examination that a file belongs to, once they are numbered."""
        return self._numbers[person, facts.study_uid, facts.date]

    def _by_study(self) -> dict[tuple[str, str], list[str]]:
        found: dict[tuple[str, str], list[str]] = {}
        for person, study, day in self._noted:
            found.setdefault((person, study), []).append(day)
        return found


def _runs(days: Sequence[str]) -> list[list[str]]:
    """Days that follow each other, together; what has no date goes with the first."""
    runs: list[list[str]] = []
    for day in sorted(days, key=lambda item: day_number(item) or 0):
        last = day_number(runs[-1][-1]) if runs else None
        number = day_number(day)
        if runs and (last is None or (number is not None and number - last <= SAME_STUDY_DAYS)):
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs


def _is_same(known: Exam, found: Exam) -> bool:
    if known.person != found.person or not set(known.study_uids) & set(found.study_uids):
        return False
    days = day_number(known.day), day_number(found.day)
    return days[0] is None or days[1] is None or abs(days[0] - days[1]) <= SAME_STUDY_DAYS


def _exam(noted: Sequence[_Noted], person: str, study: str, days: Sequence[str]) -> Exam:
    identity = noted[0].first.facts.identity
    # a study over midnight begins before it
    first = next((item for day, item in sorted(zip(days, noted, strict=True)) if day), noted[0])
    return Exam(
        number=0,
        person=person,
        study_uids=(study,),
        day=next((day for day in sorted(days) if day), ""),
        moment=first.moment,
        folders=_all(item.folders for item in noted),
        said=_all(item.said for item in noted),
        series=_all(item.series for item in noted),
        frames=_all(item.frames for item in noted),
        sex=identity.sex,
        age=identity.age,
        weight_kg=identity.weight_kg,
        height_m=identity.height_m,
        modality=XR.code if all(item.first.facts.radiograph for item in noted) else "",
    )


def _all(parts: Iterable[set[str]]) -> tuple[str, ...]:
    return tuple(sorted(set().union(*parts) - {""}))
