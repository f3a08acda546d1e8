"""Check of visits: two, in the right order and of one person, by dates, names, frames and pictures. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from storage.records import SeriesRecord, SubjectRecord
from storage.vault.choices import About, Choice
from storage.vault.vault import SeriesIdentity, Source, VisitIdentity
from workstation.intake.decisions.side import Sides, side_of, sides
from workstation.intake.findings import Finding, Level
from workstation.intake.protocol.series_facts import SeriesFacts, read_facts
from workstation.intake.protocol.study_protocol import StudyProtocol
from workstation.intake.series.likeness import likeness

MONTH_DAYS = 365.25 / 12
# Two exports of one acquisition reach 0.9999 also when they were scaled and made coarser; two acquisitions of one wrist
# 0.965 at most on the sample pair and 0.992 on phantoms of 128 pixels, where a wrist is hardly more than its outline
SAME_PICTURES = 0.999
# in case a slice or two of one series are alike by chance
LEAST_SERIES = 2


@dataclass(frozen=True, slots=True)
class Known:
    """What the vault knows of a study: series by code, visits by subject, all sources, and what was decided."""

    series: Mapping[str, SeriesIdentity]
    visits: Mapping[str, Sequence[VisitIdentity]]
    sources: Sequence[Source]
    answers: Mapping[str, Choice] = field(default_factory=dict)

    def sides(self, subject: str) -> Sides:
        """Which wrist each visit of a subject shows."""
        mine = [side_of(item) for item in self.series.values() if item.subject == subject]
        return sides(subject, mine, self.answers.get(About.SIDE.of(subject)))

    def facts(self, series: SeriesRecord) -> SeriesFacts:
        """What is compared of a series."""
        identity = self.series.get(series.code)
        return read_facts(identity.facts) if identity else SeriesFacts()


def visits_of(subject: SubjectRecord, known: Known, protocol: StudyProtocol) -> Iterator[Finding]:
    """What is wrong with a subject's visits as such; their order is a decision, see `decisions.visit`."""
    count, wanted = len(subject.visits), protocol.visits.count
    if count < wanted:
        much = f"{count} visit{'' if count == 1 else 's'} of {wanted}"
        text = f"{much}: a scan alone, so no change; add the scans that lack"
        yield Finding(Level.WARNING, text, subject.code, code="visits-missing", facts=(str(count),))
    if count > wanted:
        text = f"{count} visits, the protocol has {wanted}: keep those that the study compares in a study of their own"
        yield Finding(Level.ERROR, text, subject.code, code="visits-more", facts=(str(count),))
    identities = known.visits.get(subject.code, ())
    for before, after in pairwise(identities):
        yield from _apart(subject.code, before, after, protocol)
    yield from _one_examination(subject, known)


def _apart(subject: str, before: VisitIdentity, after: VisitIdentity, protocol: StudyProtocol) -> Iterator[Finding]:
    days = _day(after.date), _day(before.date)
    if days[0] is None or days[1] is None:
        # which is baseline is asked: see `decisions.visit`
        return
    months = (days[0] - days[1]).days / MONTH_DAYS
    low, high = protocol.visits.months_between
    if months < 0:
        text = f"visit {after.number} is earlier than visit {before.number}: swapped? Every change would be reversed"
        yield Finding(Level.ERROR, text, subject, code="visits-swapped", facts=(before.date, after.date))
    elif not low <= months <= high:
        text = (
            f"{months:.1f} months between visits {before.number} and {after.number}, the protocol has {low:g} to "
            f"{high:g}: is it the right pair? Confirm with the site"
        )
        yield Finding(Level.WARNING, text, subject, after.number, code="months-apart", facts=(f"{months:.1f}",))


def _one_examination(subject: SubjectRecord, known: Known) -> Iterator[Finding]:
    """Visits that share what no two examinations share: a frame of reference, or the noise of their pictures."""
    for first, second in pairwise(subject.visits):
        frames = [{series.frame for series in visit.series} - {""} for visit in (first, second)]
        if frames[0] & frames[1]:
            text = (
                f"visits {first.number} and {second.number} share a frame of reference, as series of one examination do"
            )
            yield _same(subject.code, second.number, text, ("frame",))
            continue
        alike = [
            f"{a.kind} {a.plane}"
            for a in first.series
            for b in second.series
            if (a.kind, a.plane) == (b.kind, b.plane) and _nearly_same(a, b, known)
        ]
        # of a visit without series nothing was compared, so nothing is alike
        if alike and len(alike) >= min(LEAST_SERIES, len(second.series)):
            text = (
                f"visits {first.number} and {second.number} show the same pictures ({', '.join(alike)}), "
                "though not the same bytes: one examination exported twice"
            )
            yield _same(subject.code, second.number, text, alike)


def _same(subject: str, visit: int, text: str, facts: Iterable[str]) -> Finding:
    means = (
        "Every change would be 0. Ask the site for the scans of the other visit, and read neither until they are here"
    )
    return Finding(Level.ERROR, f"{text}. {means}", subject, visit, code="one-examination", facts=tuple(facts))


def _nearly_same(a: SeriesRecord, b: SeriesRecord, known: Known) -> bool:
    was, now = known.facts(a), known.facts(b)
    if was.pixels == now.pixels or not (was.sampled == len(a.slices) == len(b.slices) == now.sampled):
        # the same bytes are told by a finding of their own
        return False
    return likeness(was.sample, now.sample) >= SAME_PICTURES


def _day(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
