"""Look at a study: from what is on disk to what the coordinator sees of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from scoring.schemes.modalities import MR, XR
from scoring.values import replace
from storage.files.layout import HIDDEN
from storage.files.meeting_file import meeting_of
from storage.study.coordinator import CoordinatorStudy
from storage.vault.choices import NOTHING_CHOSEN, CurrentChoices, Deed, HeldSeries
from storage.vault.vault import SeriesIdentity
from storage.worklists.overview import SeriesGlance
from workstation.intake.decisions.kind import is_open
from workstation.intake.deidentify.held_series import reasons_with
from workstation.intake.findings import printable
from workstation.intake.importing.border_review import unseen
from workstation.intake.importing.removing import standing
from workstation.intake.protocol.study_protocol import protocol_in
from workstation.intake.pulling.wanted import last_asked
from workstation.managing.filtering import folder_words
from workstation.managing.state import Managed, Out, ReaderLine, SeriesLine, SeriesStatus, SubjectLine, VisitLine

KINDS = (*MR.kinds, *XR.kinds, "OTHER")


def look(study: CoordinatorStudy) -> Managed:
    """The study as it is now; series that wait or were refused stand among the others of their visit.

    Raises:
        TomlRefused: protocol.toml says something wrong.
    """
    glance, protocol = study.overview(), protocol_in(study.path, study.schemes())
    lock = study.lock_held()
    chosen = study.vault.choices.current()
    identities = {item.code: item for item in study.vault.series()}
    lines: dict[tuple[str, int], list[SeriesLine]] = defaultdict(list)
    for series in glance.series:
        current = chosen.get(series.code, NOTHING_CHOSEN)
        identity = identities.get(series.code)
        line = _in_study(series, identity, current, protocol.descriptions.harmless)
        lines[series.subject, series.visit].append(line)
    for held in study.vault.choices.held():
        who = identities.get(held.series)
        if who is not None:
            lines[who.subject, who.visit].append(_waiting(held, who, chosen.get(held.series, NOTHING_CHOSEN)))
    for visit in glance.visits:
        lines.setdefault(visit, [])
    out = _out(study)
    lines = {visit: [_with_out(item, visit, out) for item in series] for visit, series in lines.items()}
    return Managed(
        name=study.path.name,
        subjects=_subjects(lines, _About(study, glance.read, identities, out)),
        out=out,
        wanted=protocol.wanted,
        readers=tuple(ReaderLine(item.reader, item.cases) for item in glance.readers),
        who=study.vault.choices.last_who(),
        board=study.board(),
        parked=study.parked_cases(),
        final=final.line if (final := study.final_on_board()) is not None else "",
        hidden=study.order == HIDDEN,
        unseen=frozenset(item.series for item in unseen(study)),
        locked_utc=lock.at_utc if lock else "",
        enrolled=study.enrolments(),
        server=last_asked(study.path),
        meets=meeting_of(study.path),
    )


def _out(study: CoordinatorStudy) -> Mapping[str, Out]:
    return {
        name: Out(row.value["subject"], row.value["visit"], row.value["one"], row.answer, row.why)
        for name, row in standing(study.vault.choices.log()).items()
    }


def _word(out: Mapping[str, Out], *names: str) -> str:
    """Whether one of these is removed or excluded."""
    return next((out[name].word for name in names if name in out), "")


def _with_out(series: SeriesLine, visit: tuple[str, int], out: Mapping[str, Out]) -> SeriesLine:
    names = (series.code, f"{visit[0]}/{visit[1]}", visit[0])
    why = [f"{item.word} by the coordinator: {item.why}" for name in names if (item := out.get(name))]
    return replace(series, out=_word(out, *names), reasons=(*why, *series.reasons)) if why else series


def _folders(study: CoordinatorStudy, identities: Mapping[str, SeriesIdentity]) -> Mapping[str, str]:
    """The names of the folders that each subject's series came from."""
    paths: dict[str, list[str]] = defaultdict(list)
    for code, path in study.vault.a_path_of_each_series():
        if code in identities:
            paths[identities[code].subject].append(path)
    return {subject: folder_words(found) for subject, found in paths.items()}


def _patients(study: CoordinatorStudy) -> Mapping[str, str]:
    """The patient ID of each subject, as its scans have it."""
    return {person.subject: printable(str(person.attributes.get("PatientID", ""))) for person in study.vault.people()}


class _About:
    """What stands beside the series of each subject."""

    def __init__(
        self,
        study: CoordinatorStudy,
        read: frozenset[str],
        identities: Mapping[str, SeriesIdentity],
        out: Mapping[str, Out],
    ) -> None:
        self.read, self.out, self.handed = read, out, study.subjects_handed()
        self.folders, self.patients = _folders(study, identities), _patients(study)


def _subjects(lines: Mapping[tuple[str, int], list[SeriesLine]], about: _About) -> tuple[SubjectLine, ...]:
    visits: dict[str, list[VisitLine]] = defaultdict(list)
    for (subject, number), series in sorted(lines.items()):
        ordered = sorted(series, key=lambda item: (KINDS.index(item.kind), item.plane, item.code))
        word = _word(about.out, f"{subject}/{number}", subject)
        visits[subject].append(VisitLine(number, tuple(ordered), word))
    return tuple(
        SubjectLine(
            code,
            tuple(found),
            code in about.read,
            about.folders.get(code, ""),
            about.patients.get(code, ""),
            code in about.handed,
            _word(about.out, code),
        )
        for code, found in sorted(visits.items())
    )


def _in_study(
    series: SeriesGlance, identity: SeriesIdentity | None, current: CurrentChoices, harmless: frozenset[str]
) -> SeriesLine:
    facts = identity.facts if identity else {}
    unsure = is_open(facts, harmless) and current.kind is None
    return SeriesLine(
        code=series.code,
        kind=series.kind,
        plane=series.plane,
        slices=series.slices,
        rows=series.rows,
        columns=series.columns,
        status=SeriesStatus.IN,
        reasons=reasons_with(current.choices, identity.reasons if identity else ()),
        against=tuple(facts.get("against", ())) if current.kind is None and (unsure or not facts.get("unsure")) else (),
        candidates=tuple(facts.get("candidates", ())) if unsure else (),
        regions=current.regions,
        chosen=bool(current.choices),
    )


def _waiting(held: HeldSeries, identity: SeriesIdentity, current: CurrentChoices) -> SeriesLine:
    return SeriesLine(
        code=held.series,
        kind=current.kind or held.kind,
        plane=held.plane,
        slices=held.slices,
        rows=held.rows,
        columns=held.columns,
        status=SeriesStatus.REFUSED if current.pixels is Deed.REFUSE else SeriesStatus.WAITS,
        reasons=reasons_with(current.choices, identity.reasons),
        against=tuple(identity.facts.get("against", ())),
        held=held.why,
        regions=held.regions,
        chosen=bool(current.choices),
    )
