"""Report of an import: for scripts as JSON, for the coordinator as lines. Names files; not for readers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from storage.records import SeriesRecord, SubjectRecord, Vector3
from storage.vault.choices import HeldSeries
from storage.vault.vault import SeriesIdentity
from workstation.intake.findings import Finding, Level, SetAsideGroup

# a series that was held back, and whose it is
Waiting = tuple[HeldSeries, SeriesIdentity]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the import is. `stage` is a sentence for people; `total` is 0 while it isn't known."""

    done: int
    total: int
    stage: str


@dataclass(frozen=True, slots=True)
class SeriesSummary:
    """A series as the index has it, without its slices; fields as in `SeriesRecord`, positions of first and last."""

    code: str
    kind: str
    plane: str
    slices: int
    rows: int
    columns: int
    pixel_spacing_mm: tuple[float, float]
    slice_spacing_mm: float | None
    first_position_mm: Vector3
    last_position_mm: Vector3
    minimum: int
    maximum: int


@dataclass(frozen=True, slots=True)
class VisitSummary:
    """A visit, in time."""

    number: int
    series: tuple[SeriesSummary, ...]


@dataclass(frozen=True, slots=True)
class SubjectSummary:
    """What the study has of a subject now."""

    code: str
    visits: tuple[VisitSummary, ...]


def summary_of(subject: SubjectRecord) -> SubjectSummary:
    """A subject without its slices: a report of a hundred subjects needn't hold forty thousand of them."""
    return SubjectSummary(
        subject.code,
        tuple(VisitSummary(visit.number, tuple(map(_summary, visit.series))) for visit in subject.visits),
    )


def _summary(series: SeriesRecord) -> SeriesSummary:
    return SeriesSummary(
        series.code,
        series.kind,
        series.plane,
        len(series.slices),
        series.rows,
        series.columns,
        series.pixel_spacing_mm,
        series.slice_spacing_mm,
        series.slices[0].position_mm,
        series.slices[-1].position_mm,
        series.minimum,
        series.maximum,
    )


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The subjects that the files belong to, as the study has them now, and everything a person must know.

    reasons: series code -> why it was taken for what it is. seen: files looked at; accepted: those whose images are
    in the study now; seen = accepted + set aside. held: every series of the study that waits for the coordinator.
    """

    subjects: tuple[SubjectSummary, ...]
    reasons: Mapping[str, tuple[str, ...]]
    set_aside: tuple[SetAsideGroup, ...]
    findings: tuple[Finding, ...]
    seen: int
    accepted: int
    cancelled: bool = False
    held: tuple[Waiting, ...] = ()

    @property
    def has_findings(self) -> bool:
        """Whether a person should look: errors or warnings; notes ask for nothing."""
        return any(finding.level is not Level.NOTE for finding in self.findings)

    def as_json(self) -> dict[str, object]:
        """The object that `study add --json` prints."""
        return {
            "subjects": [self._subject(subject) for subject in self.subjects],
            "set_aside": [{"what": item.what, "count": item.count, "why": item.why} for item in self.set_aside],
            "findings": [finding_json(item) for item in self.findings],
            "held_back": [_held(item, who) for item, who in self.held],
        }

    def as_text(self) -> list[str]:
        """One line for each series, group of files set aside, and finding."""
        lines = [f"{self.seen} files seen, {self.accepted} accepted, {self.seen - self.accepted} set aside"]
        for subject in self.subjects:
            for visit in subject.visits:
                lines += [f"{subject.code} visit {visit.number}: {self._line(series)}" for series in visit.series]
        lines += [f"set aside: {item.count} x {item.what}: {item.why}" for item in self.set_aside]
        return lines + [finding_line(item) for item in self.findings]

    def _subject(self, subject: SubjectSummary) -> dict[str, object]:
        visits = [
            {"visit": visit.number, "series": [self._series(series) for series in visit.series]}
            for visit in subject.visits
        ]
        return {"code": subject.code, "visits": visits}

    def _series(self, series: SeriesSummary) -> dict[str, object]:
        return {
            "code": series.code,
            "kind": series.kind,
            "plane": series.plane,
            "slices": series.slices,
            "rows": series.rows,
            "columns": series.columns,
            "pixel_spacing_mm": list(series.pixel_spacing_mm),
            "slice_spacing_mm": series.slice_spacing_mm,
            "first_position_mm": list(series.first_position_mm),
            "last_position_mm": list(series.last_position_mm),
            "minimum": series.minimum,
            "maximum": series.maximum,
            "reasons": list(self.reasons.get(series.code, ())),
        }

    def _line(self, series: SeriesSummary) -> str:
        why = "; ".join(self.reasons.get(series.code, ()))
        return f"{series.kind} {series.plane}, {series.slices} slices, {series.code} ({why})"


def _held(item: HeldSeries, who: SeriesIdentity) -> dict[str, object]:
    return {
        "code": item.series,
        "subject": who.subject,
        "visit": who.visit,
        "kind": item.kind,
        "plane": item.plane,
        "slices": item.slices,
        "rows": item.rows,
        "columns": item.columns,
        "why": list(item.why),
        "regions": [list(region) for region in item.regions],
    }


def finding_json(item: Finding) -> dict[str, object]:
    """A finding as scripts get it."""
    found: dict[str, object] = {
        "level": item.level.value,
        "subject": item.subject or None,
        "visit": item.visit,
        "text": item.text,
        "code": item.code,
        "others": list(item.others),
    }
    return found | ({"question": item.question} if item.question else {})


def finding_line(item: Finding) -> str:
    """A finding as a person gets it."""
    whose = f"{item.subject} visit {item.visit}: " if item.visit else f"{item.subject}: " if item.subject else ""
    return f"{item.level.value}: {whose}{item.text}"
