"""The protocol check of an open study: for scripts as JSON, for the coordinator as lines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from storage.records import SubjectRecord, VisitRecord
from storage.study.coordinator import CoordinatorStudy
from storage.vault.choices import Choice, answers
from workstation.intake.decisions.decision import Decision
from workstation.intake.findings import Finding, Level
from workstation.intake.importing.asked import decisions_of
from workstation.intake.protocol.questions import asked_as_findings, how_to_answer, question_json
from workstation.intake.protocol.study_check import check
from workstation.intake.protocol.study_protocol import StudyProtocol, WantedSeries, protocol_of
from workstation.intake.protocol.visit_check import Known
from workstation.intake.report import finding_json, finding_line


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What was found, and what the study has. said: the coordinator's answers that stand."""

    protocol: StudyProtocol
    subjects: tuple[SubjectRecord, ...]
    findings: tuple[Finding, ...]
    decisions: tuple[Decision[str], ...] = ()
    said: tuple[Choice, ...] = ()

    @property
    def has_findings(self) -> bool:
        """Whether a person should look: errors or warnings; notes ask for nothing."""
        return any(finding.level is not Level.NOTE for finding in self.findings)

    def as_json(self) -> dict[str, object]:
        """The object that `study check --json` prints."""
        return {
            "protocol": self.protocol.id,
            "findings": [finding_json(item) for item in self.findings],
            "subjects": [self._subject(subject) for subject in self.subjects],
            "questions": [question_json(item, item.question) for item in self.decisions if item.question],
            "decisions": [
                {"what": item.what, "value": item.value, "confidence": item.confidence, "reasons": list(item.reasons)}
                for item in self.decisions
            ],
        }

    def as_text(self) -> list[str]:
        """One line a finding, one that says how many pairs have none, and how each question is answered."""
        told = {item.subject for item in self.findings if item.level is not Level.NOTE}
        whole = sum(subject.code not in told for subject in self.subjects)
        summary = f"{whole} of {len(self.subjects)} subjects have all that {self.protocol.id} asks for"
        asked = [how_to_answer(item.question) for item in self.decisions if item.question]
        return [summary, *(finding_line(item) for item in self.findings), *asked]

    def _subject(self, subject: SubjectRecord) -> dict[str, object]:
        return {
            "code": subject.code,
            "findings": sum(item.subject == subject.code for item in self.findings),
            "visits": [self._visit(visit) for visit in subject.visits],
        }

    def _visit(self, visit: VisitRecord) -> dict[str, object]:
        here = {(series.kind, series.plane) for series in visit.series}
        lacks = [item for item in self.protocol.series if (item.kind, item.plane) not in here]
        return {
            "visit": visit.number,
            "series": [{"code": item.code, "kind": item.kind, "plane": item.plane} for item in visit.series],
            "missing": [{"kind": item.kind, "plane": item.plane} for item in lacks],
            "unscorable": _unscorable(lacks),
        }


def check_report(study: CoordinatorStudy) -> CheckReport:
    """The check of a study by the protocol that lies in it.

    Raises:
        TomlRefused: the protocol says something wrong.
    """
    protocol = protocol_of(study.path)
    subjects = study.subjects()
    known = Known(
        {item.code: item for item in study.vault.series()},
        {subject.code: study.vault.visits(subject.code) for subject in subjects},
        study.vault.sources(),
        answers(study.vault.choices.log()),
    )
    decisions = decisions_of(study, subjects)
    found = (*check(subjects, known, protocol), *asked_as_findings(decisions))
    return CheckReport(protocol, subjects, found, decisions, tuple(known.answers.values()))


def _unscorable(lacks: Iterable[WantedSeries]) -> list[str]:
    return sorted({feature for item in lacks for feature in item.unscorable})
