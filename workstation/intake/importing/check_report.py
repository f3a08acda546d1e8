"""The protocol check of an open study: for scripts as JSON, for the coordinator as lines."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from scoring.design.reader_roles import purpose_of
from storage.audit.shown_images import ChangedCase
from storage.records import SubjectRecord, VisitRecord
from storage.study.coordinator import CoordinatorStudy
from storage.study.enrolments import by_subject
from storage.vault.choices import Choice, answers
from storage.vault.vault import VisitIdentity
from workstation.intake.decisions.asked_alike import alike
from workstation.intake.decisions.decision import Decision
from workstation.intake.findings import Finding, Level
from workstation.intake.importing.asked import decisions_of
from workstation.intake.importing.lasting_findings import standing
from workstation.intake.importing.removing import Out
from workstation.intake.protocol import later_visits
from workstation.intake.protocol.enrolment_check import enrolments_as_findings
from workstation.intake.protocol.questions import asked_as_findings, how_to_answer, question_json
from workstation.intake.protocol.series_of_a_visit import stands_for
from workstation.intake.protocol.study_check import Suggested, check
from workstation.intake.protocol.study_protocol import StudyProtocol, WantedSeries, protocol_in
from workstation.intake.protocol.visit_check import Known
from workstation.intake.report import finding_json, finding_line

# an open question of these holds a subject back, however likely its proposal
HOLD = frozenset({"question-person", "question-visit", "question-side"})
HOW_TO_ACCEPT = "accept what stays as it is: ramris study decide DIR finding:ID accept --why TEXT"


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What was found, and what the study has. said: the coordinator's answers that stand. excluded: subjects of whom
    nothing is asked any more. without: series that are excluded, with the reason.

    readers: what first readings of each reader are for.

    A finding is settled when it is gone, or when the coordinator accepted it: then it says so, and asks nothing more.
    """

    protocol: StudyProtocol
    subjects: tuple[SubjectRecord, ...]
    findings: tuple[Finding, ...]
    decisions: tuple[Decision[str], ...] = ()
    said: tuple[Choice, ...] = ()
    readers: Mapping[str, str] = field(default_factory=dict)
    excluded: frozenset[str] = frozenset()
    without: Mapping[str, str] = field(default_factory=dict)

    @property
    def has_findings(self) -> bool:
        """Whether a person should look: errors or warnings that nobody accepted; notes ask for nothing."""
        return any(finding.level is not Level.NOTE for finding in self.unsettled)

    @property
    def accepted(self) -> Mapping[str, Choice]:
        """Who accepted which of the findings, by its id; also under the id that an older program gave it."""
        said = {choice.what: choice for choice in self.said}
        found = {item.id: said.get(item.id) or _formerly(item, said) for item in self.findings}
        return {what: choice for what, choice in found.items() if choice is not None}

    @property
    def unsettled(self) -> tuple[Finding, ...]:
        """The findings that nobody accepted."""
        accepted = self.accepted
        return tuple(item for item in self.findings if item.id not in accepted)

    @property
    def alike(self) -> Mapping[str, tuple[str, ...]]:
        """Id of what is asked, found or was answered -> all that can be answered, or taken back, at once with it."""
        return alike(self.decisions, self.unsettled, self.said)

    def holding(self) -> Mapping[str, tuple[Finding, ...]]:
        """Subject -> what keeps it from being given to readers: errors, and open questions of who, when or which wrist.

        What is given to readers stays what it is, so these are settled first.
        """
        found: dict[str, list[Finding]] = defaultdict(list)
        for item in self.unsettled:
            if item.level is Level.ERROR or item.code in HOLD:
                for subject in item.subjects:
                    found[subject].append(item)
        return {subject: tuple(items) for subject, items in found.items()}

    def as_json(self) -> dict[str, object]:
        """The object that `study check --json` prints."""
        accepted = self.accepted
        concerned = Counter(code for item in self.findings for code in frozenset(item.subjects))
        return {
            "protocol": self.protocol.id,
            "findings": [_finding(item, accepted.get(item.id)) for item in self.findings],
            "subjects": [self._subject(subject, concerned[subject.code]) for subject in self.subjects],
            "questions": [question_json(item, item.question) for item in self.decisions if item.question],
            "decisions": [
                {"what": item.what, "value": item.value, "confidence": item.confidence, "reasons": list(item.reasons)}
                for item in self.decisions
            ],
            "readers": [{"reader": reader, "purpose": purpose} for reader, purpose in self.readers.items()],
        }

    def as_text(self) -> list[str]:
        """One line a finding, one that says how many pairs have none, and how each question is answered."""
        told = {subject for item in self.unsettled if item.level is not Level.NOTE for subject in item.subjects}
        counted = [subject.code for subject in self.subjects if subject.code not in self.excluded]
        whole = sum(code not in told for code in counted)
        summary = f"{whole} of {len(counted)} subjects have all that {self.protocol.id} asks for"
        asked = how_to_answer([item.question for item in self.decisions if item.question], self.alike)
        accepted = self.accepted
        lines = [
            f"{finding_line(item)} [{item.id}]" if item.level is not Level.NOTE else finding_line(item)
            for item in self.unsettled
        ]
        lines += [
            f"accepted by {by.who}, {by.at_utc[:10]}: {finding_line(item)} [{by.what}] Why: {by.why}"
            for item in self.findings
            if (by := accepted.get(item.id)) is not None
        ]
        how = [HOW_TO_ACCEPT] if self.has_findings else []
        held = self.holding()
        how += [f"not assigned, nor handed over, until that is settled: {', '.join(sorted(held))}"] if held else []
        readers = ", ".join(f"{reader} {purpose}" for reader, purpose in self.readers.items())
        return [summary, *lines, *asked, *how, *([f"purpose of first readings: {readers}"] if readers else [])]

    def _subject(self, subject: SubjectRecord, findings: int) -> dict[str, object]:
        return {
            "code": subject.code,
            "findings": findings,
            "visits": [self._visit(visit) for visit in subject.visits],
        }

    def _visit(self, visit: VisitRecord) -> dict[str, object]:
        here = {(series.kind, series.plane) for series in visit.series if series.code not in self.without}
        lacks = [
            item
            for item in self.protocol.series
            if not any(stands_for(found, (item.kind, item.plane)) for found in here)
        ]
        return {
            "visit": visit.number,
            "series": [
                {"code": item.code, "kind": item.kind, "plane": item.plane, "excluded": self.without.get(item.code)}
                for item in visit.series
            ],
            "missing": [{"kind": item.kind, "plane": item.plane} for item in lacks],
            "unscorable": _unscorable(lacks),
        }


def check_report(study: CoordinatorStudy) -> CheckReport:
    """The check of a study by the protocol that lies in it.

    Raises:
        TomlRefused: the protocol says something wrong.
    """
    protocol = protocol_in(study.path, study.schemes())
    subjects = study.subjects()
    enrolled = study.enrolments()
    visits: dict[str, list[VisitIdentity]] = defaultdict(list)
    for visit in study.vault.all_visits():
        visits[visit.subject].append(visit)
    known = Known(
        {item.code: item for item in study.vault.series()},
        {subject.code: tuple(visits[subject.code]) for subject in subjects},
        study.vault.sources(),
        answers(study.vault.choices.log()),
        {code: [item.visits for item in mine if item.stands] for code, mine in by_subject(enrolled.lines).items()},
    )
    decisions = decisions_of(study, subjects)
    lasting = standing(study.vault.imports.log(), [subject.code for subject in subjects])
    changed = [_handed_and_changed(item) for item in study.changed_since_handed()]
    design = study.design()
    later = [later_visits.told(item, design.reading_unit) for item in study.visits_left_unread()]
    out = Out.by(study.vault.choices.log())
    asked = tuple(
        item
        for item in decisions
        if item.question is None
        or not (item.about in out.series or out.has(item.question.subject, item.question.visit))
    )
    left = [out.left(subject) for subject in subjects]
    told = (*changed, *later, *enrolments_as_findings(enrolled), *lasting, *asked_as_findings(asked))
    found = (*check(left, known, protocol, Suggested.of(study.scheme)), *out.told(subjects), *told)
    found = (*(item for item in found if not out.covers(item)), *out.notes)
    readers = {reader: purpose_of(design, reader) for reader in design.readers}
    return CheckReport(
        protocol, subjects, found, asked, tuple(known.answers.values()), readers, out.subjects, out.series
    )


def _finding(item: Finding, by: Choice | None) -> dict[str, object]:
    who = {"who": by.who, "why": by.why, "at_utc": by.at_utc} if by else None
    return {**finding_json(item), "id": item.id, "accepted": who}


def _formerly(item: Finding, said: Mapping[str, Choice]) -> Choice | None:
    """The answer that accepted a finding of these words before it had its facts."""
    mine = (said[what] for what in sorted(item.former_ids & said.keys()))
    return next((choice for choice in mine if choice.value.get("text") == item.text), None)


def _handed_and_changed(item: ChangedCase) -> Finding:
    visits = " and ".join(map(str, item.visits))
    facts = (item.case, item.reader, item.made_utc, *map(str, item.visits))
    text = (
        f"case {item.case} was handed over to {item.reader} on {item.made_utc[:10]}, and its images are others since "
        f"then (visit{'s' if len(item.visits) > 1 else ''} {visits}): what is graded in that copy comes home for a "
        "reason alone. Undo the change, or hand a new copy over"
    )
    return Finding(Level.WARNING, text, item.subject, code="handed-and-changed", facts=facts)


def _unscorable(lacks: Iterable[WantedSeries]) -> list[str]:
    return sorted({feature for item in lacks for feature in item.unscorable})
