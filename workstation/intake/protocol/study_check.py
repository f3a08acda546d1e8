"""Protocol check of a study: what each pair lacks or has changed, what it means for scoring, what to do. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from scoring.schemes.modalities import MR, modality_of_plane
from scoring.schemes.scheme import Scheme
from storage.records import SeriesRecord, SubjectRecord, VisitRecord
from storage.vault.vault import Source
from workstation.intake.decisions.decision import Confidence
from workstation.intake.decisions.limb import lying
from workstation.intake.decisions.side import SAID
from workstation.intake.decisions.turned import means
from workstation.intake.findings import Finding, Level, folder_of
from workstation.intake.protocol.series_check import series_of
from workstation.intake.protocol.series_of_a_visit import KINDS, PLANES, none_of, stands_for, without
from workstation.intake.protocol.study_protocol import StudyProtocol, WantedSeries
from workstation.intake.protocol.visit_check import Known, visits_of
from workstation.intake.series.over_midnight import in_one_visit


class Change(NamedTuple):
    """A value of a series that another visit has otherwise."""

    name: str
    old: str
    new: str
    unit: str


class Suggested(NamedTuple):
    """Codes of the scheme that a finding can suggest: for a series that isn't there, and for what is out of view."""

    absent: str = "SQ"
    outside: str = "NC"

    @classmethod
    def of(cls, scheme: Scheme) -> Suggested:
        """Those that a scheme has; what it hasn't isn't suggested."""
        codes = [code.code for code in scheme.unscorable]
        absent = next((code.code for code in scheme.unscorable if code.series_absent), "")
        return cls(absent, cls().outside if cls().outside in codes else "")

    @staticmethod
    def words(code: str) -> str:
        """As it ends a finding."""
        return f", code {code} suggested" if code else ""


WRISTS = Suggested()


def check(
    subjects: Sequence[SubjectRecord], known: Known, protocol: StudyProtocol, suggested: Suggested = WRISTS
) -> tuple[Finding, ...]:
    """All findings of a study, by subject."""
    found: list[Finding] = []
    folders = _folders(known.sources)
    if not subjects:
        found.append(
            Finding(Level.WARNING, "the study has no subjects: add the scans with ramris study add", code="no-subjects")
        )
    for subject in subjects:
        found += visits_of(subject, known, protocol)
        for visit in subject.visits:
            found += _one_visit(subject.code, visit, known, protocol, suggested)
            found += _anatomy(subject, visit, known, protocol)
            found += series_of(subject.code, visit, known)
        for first, second in known.pairs(subject):
            found += _between(subject.code, first, second, known, protocol)
    found += _same_pixels(subjects, known)
    found += _shared_folders(subjects, folders)
    return tuple(found)


def _folders(sources: Iterable[Source]) -> Mapping[str, set[str]]:
    """The folders that each series came from, once for the whole study: sources are counted by the hundred thousand."""
    found: dict[str, set[str]] = defaultdict(set)
    for source in sources:
        found[source.series_code].add(folder_of(source.path))
    return found


def _one_visit(
    subject: str, visit: VisitRecord, known: Known, protocol: StudyProtocol, suggested: Suggested
) -> Iterator[Finding]:
    here, wrists = _by_kind(visit), known.sides(subject).wrists
    gone = without(protocol.wanted, here)
    yield from (none_of(subject, visit.number, modality) for modality in gone)
    for wanted in (item for item in protocol.series if modality_of_plane(item.plane) not in gone):
        candidates = here.get((wanted.kind, wanted.plane), []) or _standing_for(wanted, here)
        name = f"{PLANES.get(wanted.plane, wanted.plane)} {KINDS.get(wanted.kind, wanted.kind)}"
        if not candidates:
            means = _meaning(wanted.unscorable, wanted.weakened, suggested)
            text = f"no {name} ({wanted.kind} {wanted.plane}): {means}. Ask the site whether it was acquired"
            facts: tuple[str, ...] = (wanted.kind, wanted.plane)
            yield Finding(Level.WARNING, text, subject, visit.number, code="series-missing", facts=facts)
        elif any(count > 1 for count in _by_wrist(candidates, wrists).values()):
            codes = ", ".join(series.code for series in candidates)
            text = (
                f"{len(candidates)} series are {wanted.kind} {wanted.plane} ({codes}): choose which one is to be read"
            )
            facts = (wanted.kind, wanted.plane, *(series.code for series in candidates))
            yield Finding(Level.WARNING, text, subject, visit.number, code="series-twice", facts=facts)
        for series in candidates:
            yield from _extent(subject, visit.number, series, protocol, suggested)
    yield from _order_of_contrast(subject, visit, here, known, protocol)
    yield from _turned(subject, visit)
    yield from _magnified(subject, visit, known)


def _magnified(subject: str, visit: VisitRecord, known: Known) -> Iterator[Finding]:
    """Radiographs that are larger at the detector than in the patient, by their headers: a note, nothing is scaled."""
    factors = [(series, known.facts(series).magnification) for series in visit.series]
    told = [(series, factor) for series, factor in factors if factor is not None and factor > 1]
    if told:
        named = ", ".join(f"{series.kind} {series.plane} {series.code} x{factor:g}" for series, factor in told)
        text = f"larger at the detector than in the patient, by their headers: {named}"
        text = f"{text}. Millimetres are those at the detector"
        facts = tuple(f"{series.code} {factor:g}" for series, factor in told)
        yield Finding(Level.NOTE, text, subject, visit.number, code="magnified", facts=facts)


def _standing_for(wanted: WantedSeries, here: Mapping[tuple[str, str], list[SeriesRecord]]) -> list[SeriesRecord]:
    found = (mine for name, mine in here.items() if stands_for(name, (wanted.kind, wanted.plane)))
    return [series for mine in found for series in mine]


def _turned(subject: str, visit: VisitRecord) -> Iterator[Finding]:
    """Which series are shown otherwise than they are stored: a note, since they are shown the standard way then."""
    told = [f"{item.kind} {item.plane} {item.code} {means(item.turn)}" for item in visit.series if item.turn]
    if told:
        text, facts = f"turned for showing: {', '.join(told)}", tuple(item.code for item in visit.series if item.turn)
        yield Finding(Level.NOTE, text, subject, visit.number, code="turned", facts=facts)


def _meaning(unscorable: Iterable[str], weakened: Iterable[str], suggested: Suggested) -> str:
    gone, less = " and ".join(unscorable), " and ".join(weakened)
    parts = [f"{gone} will be unscorable{suggested.words(suggested.absent)}"] if gone else []
    parts += [f"{less} can be scored, but less surely"] if less else []
    return "; ".join(parts) or "no feature depends on it"


def _anatomy(subject: SubjectRecord, visit: VisitRecord, known: Known, protocol: StudyProtocol) -> Iterator[Finding]:
    """Parts of the body that the protocol doesn't have: an error where other series of the person name one it has."""
    wanted = frozenset(protocol.anatomy.body_parts)
    strange = _parts((visit,), known) - wanted
    if not strange or not wanted:
        return
    text = f"BodyPartExamined names no {protocol.anatomy.name}"
    if _parts(subject.visits, known) & wanted:
        text = f"{text}, and that of other series of this person does: is it another part of the body?"
        level = Level.ERROR
    else:
        text, level = f"{text}: is it the right scan?", Level.WARNING
    text = f"{text} Look at the images before reading"
    yield Finding(level, text, subject.code, visit.number, code="body-part", facts=tuple(sorted(strange)))


def _parts(visits: Iterable[VisitRecord], known: Known) -> frozenset[str]:
    """What BodyPartExamined of their series names."""
    return frozenset(known.facts(series).body_part for visit in visits for series in visit.series) - {""}


def _order_of_contrast(
    subject: str,
    visit: VisitRecord,
    here: Mapping[tuple[str, str], Sequence[SeriesRecord]],
    known: Known,
    protocol: StudyProtocol,
) -> Iterator[Finding]:
    if protocol.contrast is None:
        return
    plain, after = protocol.contrast.plain, protocol.contrast.after
    every = [known.facts(series).acquired for series in visit.series]
    for (kind, plane), members in here.items():
        if kind != after:
            continue
        moments = [in_one_visit(known.facts(series).acquired, every) for series in members]
        before = [in_one_visit(known.facts(series).acquired, every) for series in here.get((plain, plane), ())]
        if all(moments) and all(before) and before and min(moments) < max(before):
            text = (
                f"{after} {plane} was acquired before {plain} {plane}: one of them is not what it was taken for, so "
                "synovitis would be judged on the wrong images. Check both series"
            )
            yield Finding(Level.ERROR, text, subject, visit.number, code="contrast-order", facts=(plane,))


def _extent(
    subject: str, visit: int, series: SeriesRecord, protocol: StudyProtocol, suggested: Suggested
) -> Iterator[Finding]:
    through, plane = _through_mm(series), (series.rows * series.pixel_spacing_mm[0])
    least = {"AX": protocol.coverage.along_axial_mm, "COR": protocol.coverage.through_coronal_mm}.get(series.plane, 0)
    across = min(plane, series.columns * series.pixel_spacing_mm[1])
    name = f"{series.kind} {series.plane}"
    if through < least:
        text = f"{name} covers {through:.0f} mm across its slices, the protocol asks for {least:g}"
        text = f"{text}: sites at its ends may be out of view{suggested.words(suggested.outside)}"
        facts = (series.code, "through", f"{through:.0f}")
        yield Finding(Level.WARNING, text, subject, visit, code="coverage", facts=facts)
    if across < protocol.coverage.in_plane_mm:
        text = f"{name} is {across:.0f} mm wide, the protocol asks for {protocol.coverage.in_plane_mm:g}"
        text = f"{text}: sites at its edges may be out of view{suggested.words(suggested.outside)}"
        facts = (series.code, "across", f"{across:.0f}")
        yield Finding(Level.WARNING, text, subject, visit, code="coverage", facts=facts)


def _between(
    subject: str, first: VisitRecord, second: VisitRecord, known: Known, protocol: StudyProtocol
) -> Iterator[Finding]:
    shown = known.sides(subject)
    pair = [shown.by_visit.get(visit.number, "") for visit in (first, second)]
    if shown.decision.confidence is Confidence.DECIDED and set(pair) == set(SAID):
        text = f"{SAID[pair[0]]} wrist at visit {first.number}, {SAID[pair[1]]} at visit {second.number}"
        text = f"{text}: no change can be scored. Ask the site for the other side"
        yield Finding(Level.ERROR, text, subject, code="two-wrists", facts=(str(first.number), *pair))
    of_mr = [any(modality_of_plane(series.plane) is MR for series in visit.series) for visit in (first, second)]
    silent = [not side and mr for side, mr in zip(pair, of_mr, strict=True)]
    unsaid = [str(visit.number) for visit, said_not in zip((first, second), silent, strict=True) if said_not]
    if unsaid and shown.decision.question is None:
        text = f"the headers of visit {' and '.join(unsaid)} don't say which wrist it is: compare the pictures"
        text = f"{text} of both visits; of two wrists no change can be scored"
        yield Finding(Level.NOTE, text, subject, code="side-not-said", facts=tuple(unsaid))
    yield from _lay(subject, first, second, known)
    before, after = _by_kind(first), _by_kind(second)
    for wanted in protocol.series:
        a, b = before.get((wanted.kind, wanted.plane), []), after.get((wanted.kind, wanted.plane), [])
        if len(a) == len(b) == 1:
            changes = list(_changes(a[0], b[0], known, protocol))
            if changes:
                said = ", ".join(f"{name} {old} to {new} {unit}" for name, old, new, unit in changes)
                text = f"{wanted.kind} {wanted.plane} differs from visit {first.number}: {said}"
                means = "a change may be one of the pictures; compare with care, or ask for a repeat"
                facts = (wanted.kind, wanted.plane, *(part for _, *values in changes for part in values))
                yield Finding(Level.WARNING, f"{text}; {means}", subject, second.number, code="changed", facts=facts)


def _lay(subject: str, first: VisitRecord, second: VisitRecord, known: Known) -> Iterator[Finding]:
    """Visits between which a patient lay otherwise: feet first or on the back, the hand may point the other way."""
    lay = [{known.facts(item).position for item in visit.series} - {""} for visit in (first, second)]
    if all(len(found) == 1 for found in lay) and lay[0] != lay[1]:
        (was,), (now,) = lay
        text = (
            f"the patient lay {lying(was)} at visit {first.number} and {lying(now)} at visit {second.number}: fingers "
            "or sides may point the other way. Compare the pictures, look at which wrist it is, and turn what lies "
            "otherwise with study decide DIR turned:SERIES"
        )
        yield Finding(Level.WARNING, text, subject, second.number, code="position-changed", facts=(was, now))


def _changes(a: SeriesRecord, b: SeriesRecord, known: Known, protocol: StudyProtocol) -> Iterator[Change]:
    limits, was, now = protocol.change, known.facts(a), known.facts(b)
    pairs = (
        ("pixel spacing", a.pixel_spacing_mm[0], b.pixel_spacing_mm[0], "mm", limits.pixel_spacing),
        ("slice spacing", a.slice_spacing_mm, b.slice_spacing_mm, "mm", limits.slice_spacing),
        ("extent across the slices", _through_mm(a), _through_mm(b), "mm", limits.coverage),
        ("TR", was.repetition_time, now.repetition_time, "ms", limits.repetition_time),
        ("TE", was.echo_time, now.echo_time, "ms", limits.echo_time),
        ("field strength", was.field_strength, now.field_strength, "T", limits.field_strength),
    )
    for name, old, new, unit, percent in pairs:
        if old and new and abs(new - old) > percent / 100 * old:
            yield Change(name, f"{old:.3g}", f"{new:.3g}", unit)


def _same_pixels(subjects: Sequence[SubjectRecord], known: Known) -> Iterator[Finding]:
    seen_in: dict[str, list[tuple[str, int, str]]] = defaultdict(list)
    for subject in subjects:
        for visit in subject.visits:
            for series in visit.series:
                if pixels := known.facts(series).pixels:
                    seen_in[pixels].append((subject.code, visit.number, f"{series.kind} {series.plane}"))
    alike: dict[tuple[tuple[str, int], ...], list[str]] = defaultdict(list)
    for where in seen_in.values():
        visits = tuple(sorted({(code, number) for code, number, _ in where}))
        if len(visits) > 1:
            alike[visits].append(where[0][2])
    for visits, names in sorted(alike.items()):
        said = " and ".join(f"{code} visit {number}" for code, number in visits)
        text = f"{said} have the same images ({', '.join(sorted(names))}): one study imported twice"
        text = f"{text}. Find out whose they are before anybody reads them"
        last, number = visits[-1]
        others = tuple(sorted({code for code, _ in visits} - {last}))
        facts = (*(f"{code} {number}" for code, number in visits), *sorted(names))
        yield Finding(Level.ERROR, text, last, number, code="same-images", others=others, facts=facts)


def _shared_folders(subjects: Sequence[SubjectRecord], folders: Mapping[str, set[str]]) -> Iterator[Finding]:
    owner = {series.code: item.code for item in subjects for visit in item.visits for series in visit.series}
    owners: dict[str, set[str]] = defaultdict(set)
    for series, subject in owner.items():
        for folder in folders.get(series, ()):
            owners[folder].add(subject)
    for codes in sorted({tuple(sorted(found)) for found in owners.values() if len(found) > 1}):
        text = f"{' and '.join(codes)} came from one folder: two patients, or one whose identity differs between files?"
        text = f"{text} Confirm with the site before reading"
        yield Finding(Level.WARNING, text, codes[0], code="shared-folder", others=codes[1:])


def _by_wrist(candidates: Iterable[SeriesRecord], wrists: Mapping[str, str]) -> Counter[str]:
    """How many there are of each wrist, where a visit shows two; else of all together."""
    return Counter(wrists.get(series.code, "") for series in candidates)


def _by_kind(visit: VisitRecord) -> dict[tuple[str, str], list[SeriesRecord]]:
    found: dict[tuple[str, str], list[SeriesRecord]] = defaultdict(list)
    for series in visit.series:
        found[series.kind, series.plane].append(series)
    return found


def _through_mm(series: SeriesRecord) -> float:
    """From the first slice's far face to the last one's: one spacing more than between their centres."""
    return len(series.slices) * (series.slice_spacing_mm or 0)
