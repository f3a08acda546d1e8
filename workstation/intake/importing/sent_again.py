"""Images that the study has and that come again under another name: told apart while files go by, noted in the vault.

The vault has an examination of its own for them, without a series: that they came is what is asked about.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from storage.study.coordinator import CoordinatorStudy
from storage.vault.choices import About, answers
from storage.vault.vault import Examination, Person, SeriesIdentity
from workstation.intake.decisions.examination import Exam, exam_of
from workstation.intake.decisions.identity import Identity as KnownIdentity
from workstation.intake.decisions.identity import is_nobody
from workstation.intake.decisions.sent_again import Again
from workstation.intake.findings import Finding, Level
from workstation.intake.frames import Frame, Identity
from workstation.intake.importing.examinations import Examinations
from workstation.intake.series.pairing import identity_in
from workstation.intake.series.sent_header import (
    WEIGHTY,
    header_of,
    kept_header,
    says_otherwise,
    size_in_words,
    told_of,
)
from workstation.intake.writing.known_slices import KnownSlices

# images that the study has came again, under another date, or with other values in their headers
OTHER_DAY = "other-day"
OTHER_HEADER = "other-header"
Otherwise = tuple[tuple[str, tuple[str, str]], ...]
SENT_AGAIN = "the study has the same images under another name"


class SentAgain:
    """What of the files that go by was sent again. people: who these files say that they are, by identity key."""

    def __init__(self, study: CoordinatorStudy) -> None:
        self._study = study
        self.people: dict[str, Identity] = {}
        self.examinations = Examinations()
        people = {person.subject: person for person in study.vault.people()}
        self._nobody = {code for code, person in people.items() if is_nobody(_said(person))}
        self._key_of = {code: person.identity_key for code, person in people.items()}
        self._series = {item.code: item.examination for item in study.vault.series()}
        here = set(self._series.values())
        self._owners: dict[str, set[str]] = defaultdict(set)
        for row in study.vault.examinations():
            if row.number in here:
                for uid in row.study_uids:
                    self._owners[uid].add(row.person)
        self._found: set[tuple[str, str]] = set()

    def takes(self, person: str, frame: Frame) -> bool:
        """Whether a file of a person, an identity key, is one of these; it is noted then."""
        facts = frame.facts
        owners = self._owners.get(facts.study_uid)
        if not owners or any(self._key_of[code] == person for code in owners):
            return False
        if owners & self._nobody and is_nobody(identity_in("", facts.identity)):
            return False
        if (person, facts.study_uid) not in self._found:
            # once a study, so that only those of one UID are looked up
            if not self._study.vault.has_sop(facts.sop_uid):
                return False
            self._found.add((person, facts.study_uid))
        self.people.setdefault(person, facts.identity)
        self.examinations.note(person, frame)
        return True

    def keep(self, people: Sequence[Person], exams: Iterable[Exam]) -> None:
        """Put down in the vault, in one go, that these came."""
        known = {person.subject for person in self._study.vault.people()}
        rows = [Examination(exam.number, exam.person, exam.study_uids, exam.day, exam.facts()) for exam in exams]
        if rows:
            self._study.vault.save([item for item in people if item.subject not in known], (), (), (), rows)


class CameAgain:
    """Images of a subject that the study has and that came again with another date or another header.

    Nothing changes by it; `findings` says what differs, once for all series of a visit of which the same is true.
    """

    def __init__(self, study: CoordinatorStudy, subject: str, slices: KnownSlices) -> None:
        self._study = study
        self._subject = subject
        self._slices = slices
        self._decided = answers(study.vault.choices.log())
        self._days: dict[tuple[int, str, str, str], None] = {}
        self._headers: dict[tuple[int, Otherwise], list[str]] = defaultdict(list)

    def compare(self, known: SeriesIdentity, name: str, exam: Exam, frames: Mapping[str, Frame]) -> None:
        """Look at a series that came again; name: its kind, plane and code; frames: by new UID."""
        if known.examination != exam.number:
            old = next((row.day for row in self._study.vault.examinations() if row.number == known.examination), "")
            self._days[known.visit, str(known.examination), old, exam.day] = None
            return
        other = says_otherwise(self._kept(known), header_of(next(iter(frames.values()))))
        # an older program may have kept it otherwise; files are hashed last, since that reads them
        if other and not self._slices.are_the_files(frames):
            self._headers[known.visit, tuple(other.items())].append(name)

    def _kept(self, known: SeriesIdentity) -> Mapping[str, str]:
        """What the vault has of the header; what the coordinator said of the size of a pixel stands in its place."""
        kept, size = kept_header(known.facts), self._decided.get(About.SIZE.of(known.code))
        return {**kept, "pixel_size": size_in_words((float(size.answer),) * 2)} if size is not None else kept

    def findings(self) -> Iterator[Finding]:
        """What differs; what was said once isn't said again."""
        days, self._days = self._days, {}
        headers, self._headers = self._headers, defaultdict(list)
        for visit, *day in days:
            yield self._finding(visit, another_day(self._subject, *day[1:]), OTHER_DAY, day, Level.WARNING)
        for (visit, other), names in headers.items():
            text = told_of(self._subject, sorted(names), dict(other))
            facts = (*sorted(names), *(part for name, values in other for part in (name, *values)))
            contrary = any(name in WEIGHTY and kept for name, (kept, _) in other)
            level = Level.ERROR if contrary else Level.WARNING
            yield self._finding(visit, text, OTHER_HEADER, facts, level)

    def _finding(self, visit: int, text: str, code: str, facts: Iterable[str], level: Level) -> Finding:
        return Finding(level, text, self._subject, visit, code=code, facts=tuple(facts))


def exams_without_series(study: CoordinatorStudy) -> tuple[Exam, ...]:
    """The examinations of which the vault has nothing but that they came."""
    here = {item.examination for item in study.vault.series()}
    return tuple(
        exam_of(row.number, row.person, row.study_uids, row.day, row.facts)
        for row in study.vault.examinations()
        if row.number not in here
    )


def came_again(without_series: Iterable[Exam], exams: Mapping[int, Exam]) -> tuple[Again, ...]:
    """Which examination each of those is again."""
    found: dict[Again, None] = {}
    for late in without_series:
        for exam in exams.values():
            if (
                late.number != exam.number
                and late.person != exam.person
                and set(late.study_uids) & set(exam.study_uids)
            ):
                found[Again(exam.number, exam.person, late.person)] = None
    return tuple(found)


def _said(person: Person) -> KnownIdentity:
    said = person.attributes
    return KnownIdentity(
        person.subject,
        said.get("PatientID", ""),
        said.get("IssuerOfPatientID", ""),
        said.get("PatientName", ""),
        said.get("PatientBirthDate", ""),
    )


def another_day(subject: str, old: str, new: str) -> str:
    """What is said of images that the study has, when they came again under another date."""
    return (
        f"its images came again with the date {_written(new)}; the study keeps {_written(old)}, under which they came "
        "first. Find out which one is right. If the visits change their order by it, answer the question "
        f"visit:{subject} with the examinations in their order"
    )


def _written(day: str) -> str:
    return f"{day[:4]}-{day[4:6]}-{day[6:]}" if day else "unknown"
