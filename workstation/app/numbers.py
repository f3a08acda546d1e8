"""Results of a study: exports, the audit, agreement."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scoring.agreement.resampling import Resampling
    from storage.audit.pixels import PixelAudit
    from storage.audit.verification import Audit
    from storage.audit.verified_readings import StudyReadings
    from storage.exporting.export import Exported
    from storage.exporting.identities import Identity
    from storage.study.coordinator import CoordinatorStudy
    from workstation.app.progress import Progress


def export(
    directory: Path,
    out: Path,
    *,
    wide: bool,
    excel: bool,
    xlsx: bool = False,
    with_order: bool = False,
    identified_for: str | None = None,
) -> Exported:
    """Write the tables, their dictionaries and import scripts; what was written.

    with_order: visits in time also where readers saw them as A and B; needs the vault. identified_for: also who is
    who, for this reason, which goes on the record; the dates tell the order, so it goes with them. None leaves the
    vault shut.
    """
    from storage.exporting.export import export_study
    from storage.exporting.tables.visits import InTime
    from storage.exporting.writing import Wish

    people: tuple[Identity, ...] = ()
    in_time = None
    if with_order or identified_for is not None:
        from storage.files.layout import HIDDEN
        from workstation.app.coordinating import coordinating

        # once: a vault under a passphrase asks for it each time
        with coordinating(directory) as study:
            in_time = InTime(study.turned(), study.visits_in_time())
            if identified_for is not None:
                people = identities_of(study, identified_for)
            elif study.order == HIDDEN:
                study.note_order_told()
    return export_study(directory, out, Wish(wide=wide, excel=excel, xlsx=xlsx, identities=people), in_time)


def identities_of(study: CoordinatorStudy, why: str) -> tuple[Identity, ...]:
    """Who is who from the vault, once the record says that it was asked for."""
    from scoring.design.enrolments import shown
    from storage.exporting.identities import Identity
    from storage.study.enrolments import by_subject

    study.note_identified(why)
    lines = by_subject(study.enrolments().lines)
    return tuple(
        Identity(
            person.subject,
            dict(person.attributes),
            {visit.number: visit.date for visit in study.vault.visits(person.subject)},
            {item.number: (shown(item.visits), item.label) for item in lines.get(person.subject, ())},
        )
        for person in study.vault.people()
    )


def audit(directory: Path, head: str | None) -> Audit:
    """What was verified; RecordDamaged names the first row that doesn't fit."""
    from storage.audit.verification import audit as verified

    return verified(directory, head)


def audit_pixels(directory: Path, progress: Progress) -> PixelAudit:
    """Whether the images are those of the record; RecordDamaged names the first series that isn't."""
    from storage.audit.pixels import audit_pixels as verified

    return verified(directory, progress)


def resampling(replicates: int | None, seed: int) -> Resampling | None:
    """How the bootstrap draws, checked; None without one."""
    from scoring.agreement.bootstrap import checked_resampling

    return None if replicates is None else checked_resampling(replicates, seed)


def agreement_of_table(
    path: Path,
    level: float,
    scale: str | None,
    resampling: Resampling | None = None,
    against: Path | None = None,
) -> tuple[dict[str, object], str]:
    """Agreement of a table of scores: (the JSON object, the lines for people).

    against: another table of the same scans, in the same order; adds the difference of both tables' ICCs.
    """
    import numpy as np

    from scoring.agreement.reading_csv import read_table
    from scoring.agreement.scale import parse_scale
    from scoring.agreement.table import agreement_of_table as compute
    from scoring.agreement.words import as_text
    from scoring.comparison.compare import POOLED
    from scoring.several.comparison import icc_differences
    from scoring.several.figures import several
    from scoring.several.words import as_text as several_as_text
    from scoring.several.words import differences_as_text

    bounds = None if scale is None else parse_scale(scale)
    table = read_table(path, bounds)
    found = compute(table.rows, level=level, scale=bounds, resampling=resampling)
    scores = np.array(table.rows, dtype=np.float64)
    more = several(scores, level=level, resampling=resampling)
    told = {
        **found.as_json(),
        "several": more.as_json(),
        "columns": list(table.columns),
        "keys": list(table.keys),
    }
    text = as_text(found, table.columns, table.keys)
    text += several_as_text(more, table.columns, level=level, dropped=found.dropped)
    if against is None:
        return told, text
    other = np.array(read_table(against, bounds).rows, dtype=np.float64)
    differences = icc_differences(scores, other, resampling or POOLED, level=level)
    return (
        {**told, "against": [item.as_json() for item in differences]},
        text + differences_as_text(differences, level),
    )


def agreement_of_study(
    directory: Path,
    reader: str | None,
    level: float,
    resampling: Resampling | None = None,
    *,
    scheme: str | None = None,
    drift: bool = False,
) -> tuple[dict[str, object], str]:
    """Agreement of a reader's first readings with the repeats: (the JSON object, the lines for people).

    scheme: whose readings; None is the reader's, else the study's own.
    drift: with the hidden repeats among first readings, which are also listed in the order in which they were read.
    """
    from scoring.comparison import drift_over_time
    from scoring.comparison.intra_reader import as_text, intra_reader
    from scoring.readings import rounds
    from storage.study.repeats import coordinators_readings, repeats_of

    study = coordinators_readings(directory, scheme=scheme, readers=() if reader is None else (reader,))
    repeats = repeats_of(study, reader, rounds.DRIFT if drift else rounds.REREAD)
    found = intra_reader(
        repeats.scheme,
        repeats.reader,
        repeats.pairs,
        level=level,
        unfinished=repeats.unfinished,
        firsts=repeats.firsts,
        resampling=resampling,
    )
    if drift:
        listed = drift_over_time.repeats_over_time(repeats.scheme, repeats.pairs)
        told = {**found.as_json(), "kind": "drift", "repeats": [item.as_json() for item in listed]}
        text = "Hidden repeats among first readings.\n" + as_text(found) + drift_over_time.as_text(listed)
        return _with_excluded(told, text, study)
    return _with_excluded(found.as_json(), as_text(found), study)


def agreement_of_readers(
    directory: Path,
    readers: Sequence[str],
    level: float,
    resampling: Resampling | None = None,
    *,
    scheme: str | None = None,
) -> tuple[dict[str, object], str]:
    """Agreement of several readers' first readings by one scheme: (the JSON object, the lines for people)."""
    from scoring.comparison.inter_reader import as_text, inter_reader
    from storage.study.repeats import coordinators_readings, read_by_all

    study = coordinators_readings(directory, scheme=scheme, readers=readers)
    shared = read_by_all(study, readers)
    found = inter_reader(
        shared.scheme, shared.readers, shared.cases, level=level, left_out=shared.left_out, resampling=resampling
    )
    return _with_excluded(found.as_json(), as_text(found), study)


def _with_excluded(told: dict[str, object], text: str, study: StudyReadings) -> tuple[dict[str, object], str]:
    """What was found, which readers are programs, and what doesn't count in it."""
    lines = "".join(f"{item.as_text()}\n" for item in study.excluded)
    programs = "".join(f"{reader} is {which}.\n" for reader, which in study.programs.items())
    named = {"programs": dict(study.programs)} if study.programs else {}
    return {**told, **named, "excluded": [item.as_json() for item in study.excluded]}, text + programs + lines
