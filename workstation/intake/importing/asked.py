"""Decisions of a study as they are now, from what the vault knows; those that aren't sure are questions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from storage.records import SeriesRecord, SubjectRecord, VisitRecord
from storage.study.coordinator import CoordinatorStudy
from storage.vault.choices import NOTHING_CHOSEN, About, Choice, CurrentChoices, HeldSeries, answers, current_choices
from storage.vault.vault import SeriesIdentity
from workstation.intake.decisions.decision import Decision
from workstation.intake.decisions.kind import kind_of
from workstation.intake.decisions.person import codes_of
from workstation.intake.decisions.plane import plane_of_series, planes, seen_in
from workstation.intake.decisions.side import SeriesSide, side_of, sides
from workstation.intake.decisions.size import size_of
from workstation.intake.decisions.stack import stacks_in
from workstation.intake.decisions.text_in_pixels import text_in
from workstation.intake.decisions.turned import THE_STANDARD_WAY, Shown, Told, turned_how, turns
from workstation.intake.importing.arrangement import arrange
from workstation.intake.protocol.study_protocol import protocol_of

OTHER = "OTHER"


@dataclass(frozen=True, slots=True)
class Known:
    """What decisions are made from: the index, what its series were before, those that wait, the log, the protocol.

    harmless: words that say nothing of a kind.
    """

    subjects: Sequence[SubjectRecord]
    series: Mapping[str, SeriesIdentity]
    held: Sequence[HeldSeries]
    log: Sequence[Choice]
    shown: Shown = THE_STANDARD_WAY
    harmless: frozenset[str] = frozenset()


def decisions_of(study: CoordinatorStudy, subjects: Sequence[SubjectRecord] | None = None) -> tuple[Decision[str], ...]:
    """All of an open study; `subjects` are its own, where somebody has read them already."""
    return (*arrange(study).decisions, *_of_series_in(study, subjects))


def asked_anew(study: CoordinatorStudy, whats: Iterable[str]) -> tuple[Decision[str], ...]:
    """The decisions about series as if these had not been answered."""
    asked = set(whats)
    return _of_series_in(study, None, [row for row in study.vault.choices.log() if row.what not in asked])


def asked_about(study: CoordinatorStudy, subjects: Iterable[str]) -> tuple[Decision[str], ...]:
    """Those about these subjects that are questions."""
    codes = set(subjects)
    records = [found for code in sorted(codes) if (found := study.subject(code)) is not None]
    asked = [item for item in (*arrange(study).decisions, *_of_series_in(study, records)) if item.question is not None]
    return tuple(item for item in asked if item.question and codes & {item.question.subject, *codes_of(item.what)})


def wrists_in(study: CoordinatorStudy) -> Mapping[str, Mapping[str, str]]:
    """Subject -> series -> the wrist that it shows, of visits that show two and wait for an answer."""
    said = answers(study.vault.choices.log())
    mine: dict[str, list[SeriesSide]] = defaultdict(list)
    for item in study.vault.series():
        mine[item.subject].append(side_of(item))
    return {
        subject: found
        for subject, series in mine.items()
        if (found := sides(subject, series, said.get(About.SIDE.of(subject))).wrists)
    }


def _of_series_in(
    study: CoordinatorStudy, subjects: Sequence[SubjectRecord] | None, log: Sequence[Choice] | None = None
) -> tuple[Decision[str], ...]:
    protocol = protocol_of(study.path, study.scheme)
    return decided(
        Known(
            study.subjects() if subjects is None else subjects,
            {item.code: item for item in study.vault.series()},
            study.vault.choices.held(),
            study.vault.choices.log() if log is None else tuple(log),
            protocol.shown,
            protocol.descriptions.harmless,
        )
    )


def decided(known: Known) -> tuple[Decision[str], ...]:
    """About series, by subject, visit and series."""
    chosen, said = current_choices(known.log), answers(known.log)
    found: list[Decision[str]] = []
    for subject in known.subjects:
        mine = [known.series[s.code] for visit in subject.visits for s in visit.series if s.code in known.series]
        found.append(
            sides(subject.code, [side_of(item) for item in mine], said.get(About.SIDE.of(subject.code))).decision
        )
        told = turns([(visit.number, series) for visit in subject.visits for series in visit.series], known.shown)
        for visit in subject.visits:
            found += _of_visit(visit, known, chosen, told)
    found += [
        text_in(item, known.series[item.series], chosen.get(item.series, NOTHING_CHOSEN))
        for item in known.held
        if item.series in known.series
    ]
    return tuple(found)


def _of_visit(
    visit: VisitRecord, known: Known, chosen: Mapping[str, CurrentChoices], turned: Mapping[str, Told]
) -> Iterable[Decision[str]]:
    here = [(series, known.series[series.code]) for series in visit.series if series.code in known.series]
    told = planes([seen_in(identity, series.plane, read=series.kind != OTHER) for series, identity in here])
    yield from stacks_in(here, chosen)
    for series, identity in here:
        standing_now, name = chosen.get(series.code, NOTHING_CHOSEN), _name(series)
        yield kind_of(identity, standing_now, name, known.harmless)
        yield plane_of_series(identity, told[series.code], standing_now, name)
        yield turned_how(series, identity, turned[series.code], standing_now, name)
        yield from size_of(series, identity, standing_now, name)


def _name(series: SeriesRecord) -> str:
    return f"{series.kind} {series.plane} {series.code}"
