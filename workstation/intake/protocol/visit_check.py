"""Check of visits: those that are read together, their order and interval, and that each is an examination. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from scoring.design.enrolments import Visits
from storage.records import SeriesRecord, SubjectRecord, VisitRecord
from storage.vault.choices import About, Choice
from storage.vault.vault import SeriesIdentity, Source, VisitIdentity
from workstation.intake.decisions.side import Sides, side_of, sides
from workstation.intake.decisions.words import day_in
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
    """What the vault knows of a study: series by code, visits by subject, all sources, and what was decided.

    together: subject -> visits of each of its enrolments, in time; of a subject that isn't there, each visit is read
    with the next.
    """

    series: Mapping[str, SeriesIdentity]
    visits: Mapping[str, Sequence[VisitIdentity]]
    sources: Sequence[Source]
    answers: Mapping[str, Choice] = field(default_factory=dict)
    together: Mapping[str, Sequence[Visits]] = field(default_factory=dict)

    def pairs(self, subject: SubjectRecord) -> tuple[tuple[VisitRecord, VisitRecord], ...]:
        """Visits whose change will be scored, earlier one first, each pair once."""
        if subject.code not in self.together:
            return tuple(pairwise(subject.visits))
        here = {visit.number: visit for visit in subject.visits}
        pairs = {pair for visits in self.together[subject.code] for pair in pairwise(sorted(visits))}
        return tuple((here[a], here[b]) for a, b in sorted(pairs) if a in here and b in here)

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
        text = f"{much}: a scan alone, so no change; add the missing scans"
        yield Finding(Level.WARNING, text, subject.code, code="visits-missing", facts=(str(count),))
    identities = {item.number: item for item in known.visits.get(subject.code, ())}
    for earlier, later in pairwise(identities.values()):
        yield from _swapped(subject.code, earlier, later)
    for first, second in known.pairs(subject):
        if first.number in identities and second.number in identities:
            yield from _apart(subject.code, identities[first.number], identities[second.number], protocol)
    yield from _one_examination(subject, known)


def _months(before: VisitIdentity, after: VisitIdentity) -> float | None:
    """Months from one to the other; None without both days: which is baseline is asked then, see `decisions.visit`."""
    days = _day(after.date), _day(before.date)
    return None if days[0] is None or days[1] is None else (days[0] - days[1]).days / MONTH_DAYS


def _swapped(subject: str, before: VisitIdentity, after: VisitIdentity) -> Iterator[Finding]:
    months = _months(before, after)
    if months is not None and months < 0:
        text = f"visit {after.number} is earlier than visit {before.number}: swapped? Every change would be reversed"
        yield Finding(Level.ERROR, text, subject, code="visits-swapped", facts=(before.date, after.date))


def _apart(subject: str, before: VisitIdentity, after: VisitIdentity, protocol: StudyProtocol) -> Iterator[Finding]:
    months = _months(before, after)
    low, high = protocol.visits.months_between
    if months is not None and months >= 0 and not low <= months <= high:
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
    digits = day_in(digits)
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
