"""Decisions of a study as they are now, from what the vault knows; those that aren't sure are questions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from storage.records import SeriesRecord, SubjectRecord
from storage.study.coordinator import CoordinatorStudy
from storage.vault.choices import NOTHING_CHOSEN, Choice, HeldSeries, current_choices
from storage.vault.vault import SeriesIdentity
from workstation.intake.decisions.decision import Decision
from workstation.intake.decisions.kind import kind_of
from workstation.intake.decisions.person import codes_of
from workstation.intake.decisions.text_in_pixels import text_in
from workstation.intake.importing.arrangement import arrange


@dataclass(frozen=True, slots=True)
class Known:
    """What decisions are made from: the index, what its series were before, those that wait, and the log."""

    subjects: Sequence[SubjectRecord]
    series: Mapping[str, SeriesIdentity]
    held: Sequence[HeldSeries]
    log: Sequence[Choice]


def decisions_of(study: CoordinatorStudy, subjects: Sequence[SubjectRecord] | None = None) -> tuple[Decision[str], ...]:
    """All of an open study; `subjects` are its own, where somebody has read them already."""
    return (*arrange(study).decisions, *_of_series_in(study, subjects))


def asked_about(study: CoordinatorStudy, subjects: Iterable[str]) -> tuple[Decision[str], ...]:
    """Those about these subjects that are questions."""
    codes = set(subjects)
    records = [found for code in sorted(codes) if (found := study.subject(code)) is not None]
    asked = [item for item in (*arrange(study).decisions, *_of_series_in(study, records)) if item.question is not None]
    return tuple(item for item in asked if item.question and codes & {item.question.subject, *codes_of(item.what)})


def _of_series_in(study: CoordinatorStudy, subjects: Sequence[SubjectRecord] | None) -> tuple[Decision[str], ...]:
    return decided(
        Known(
            study.subjects() if subjects is None else subjects,
            {item.code: item for item in study.vault.series()},
            study.vault.choices.held(),
            study.vault.choices.log(),
        )
    )


def decided(known: Known) -> tuple[Decision[str], ...]:
    """About series, by subject, visit and series."""
    chosen = current_choices(known.log)
    found: list[Decision[str]] = []
    for subject in known.subjects:
        for visit in subject.visits:
            for series in visit.series:
                identity = known.series.get(series.code)
                if identity is not None:
                    found.append(kind_of(identity, chosen.get(series.code, NOTHING_CHOSEN), _name(series)))
    found += [
        text_in(item, known.series[item.series], chosen.get(item.series, NOTHING_CHOSEN))
        for item in known.held
        if item.series in known.series
    ]
    return tuple(found)


def _name(series: SeriesRecord) -> str:
    return f"{series.kind} {series.plane} {series.code}"
