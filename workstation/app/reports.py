"""The report of a study: gathered from the record, drawn, and written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from workstation.errors import UsageRefused

if TYPE_CHECKING:
    from storage.readings import StudyReadings
    from workstation.reporting.content import ChangeOf, ReaderRow, Repeated, Report, Shared

PAGES = (".html", ".pdf")


def write_report(directory: Path, out: Path, level: float) -> None:
    """Write the report of the study in `directory` as HTML or PDF, by the ending of `out`.

    Raises:
        UsageRefused: another ending, or a place inside the study: a report has subjects' codes, a reader may see none.
        StudyError, RecordDamaged: as `storage.repeats.coordinators_readings`.
    """
    from storage.repeats import coordinators_readings
    from workstation.reporting.page import drawings, page, paper

    kind = out.suffix.lower()
    if kind not in PAGES:
        raise UsageRefused(f"report {out.name}: the name ends in .html or .pdf")
    if directory.resolve() in out.resolve().parents:
        raise UsageRefused(
            f"report {out.name}: not inside the study folder, which readers get; choose a place beside it"
        )
    report = report_of(coordinators_readings(directory), directory.resolve().name, level)
    drawn = drawings(report)
    if kind == ".html":
        content = page(report, drawn).encode()
    else:
        content = _printed(paper(report), drawn, f"{report.name}: agreement and change")
    _put(out, content)


def report_of(study: StudyReadings, name: str, level: float) -> Report:
    """Everything that the record of a study says, as the report shows it.

    Raises:
        StudyError: no case is read completely yet.
    """
    from storage.errors import StudyError
    from workstation.reporting.content import Provenance, Report

    repeated = _repeated(study, level)
    changes = _changes(study, repeated)
    if not changes:
        raise StudyError("No case is read completely yet, so there is nothing to report")
    state = _state(study)
    provenance = Provenance(study.scheme, study.order, study.head, study.events, f"ramris {version('ramris')}", state)
    return Report(
        name=name,
        level=level,
        provenance=provenance,
        readers=tuple(_reader_row(study, reader) for reader in study.readers),
        enrolled=len(study.subjects),
        open_cases=study.open_cases,
        repeated=repeated,
        shared=_shared(study, level),
        changes=changes,
    )


def _state(study: StudyReadings) -> str:
    if study.lock is not None:
        over = study.lock.incomplete or study.lock.unsigned
        told = f" over {study.lock.incomplete} incomplete and {study.lock.unsigned} unsigned readings" if over else ""
        return f"locked {study.lock.at_utc}{told}"
    if study.open_cases:
        return f"open; {study.open_cases} readings lack answers"
    return "all assigned readings are complete; not locked"


def _reader_row(study: StudyReadings, reader: str) -> ReaderRow:
    from storage.rereads import FIRST_ROUND, SECOND_ROUND
    from workstation.reporting.content import ReaderRow

    first, again = study.of(reader, FIRST_ROUND), study.of(reader, SECOND_ROUND)
    return ReaderRow(
        reader,
        given=len(first),
        read=sum(item.complete for item in first.values()),
        repeats_drawn=len(again),
        repeats_read=sum(item.complete for item in again.values()),
    )


def _repeated(study: StudyReadings, level: float) -> tuple[Repeated, ...]:
    from scoring.comparison.grades import CaseRead, grades_of
    from scoring.intra_reader import intra_reader
    from storage.repeats import repeats_of
    from storage.rereads import SECOND_ROUND
    from workstation.reporting.content import Repeated

    found = []
    for reader in study.readers:
        if not any(item.complete for item in study.of(reader, SECOND_ROUND).values()):
            continue
        repeats = repeats_of(study, reader)
        told = intra_reader(
            study.scheme, reader, repeats.pairs, level=level, unfinished=repeats.unfinished, firsts=repeats.firsts
        )
        pairs = [CaseRead(pair.subject, (pair.first, pair.repeat)) for pair in repeats.pairs]
        found.append(Repeated(told, grades_of(study.scheme, pairs)))
    return tuple(found)


def _shared(study: StudyReadings, level: float) -> Shared | None:
    from scoring.comparison.grades import grades_of
    from scoring.inter_reader import inter_reader
    from storage.errors import StudyError
    from storage.repeats import read_by_all
    from workstation.reporting.content import Shared

    if len(study.readers) < 2:  # noqa: PLR2004 - agreement is between two
        return None
    try:
        shared = read_by_all(study)
    except StudyError:
        # nothing in common yet: the report then says nothing of it
        return None
    told = inter_reader(study.scheme, shared.readers, shared.cases, level=level, left_out=shared.left_out)
    return Shared(told, grades_of(study.scheme, shared.cases))


def _changes(study: StudyReadings, repeated: Sequence[Repeated]) -> tuple[ChangeOf, ...]:
    from scoring.comparison.grades import CaseRead
    from storage.rereads import FIRST_ROUND
    from workstation.reporting.content import change_of

    by_reader = {item.found.reader: item for item in repeated}
    found = []
    for reader in study.readers:
        first = study.of(reader, FIRST_ROUND)
        cases = tuple(CaseRead(subject, (item.reading,)) for subject, item in first.items() if item.complete)
        if cases:
            found.append(change_of(study.scheme, reader, cases, by_reader.get(reader)))
    return tuple(found)


def _printed(html: str, drawn: Mapping[str, str], title: str) -> bytes:
    from workstation import doctor

    if not doctor.has_display(os.environ):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtGui import QGuiApplication

    from workstation.ui.printing.pdf import pdf_of

    application = QGuiApplication.instance() or QGuiApplication([])
    try:
        return pdf_of(html, drawn, title)
    finally:
        del application


def _put(out: Path, content: bytes) -> None:
    from storage.errors import NotSaved

    beside = out.with_name(f".{out.name}.writing")
    try:
        beside.write_bytes(content)
        beside.replace(out)
    except OSError as error:
        reason = error.strerror
    else:
        return
    finally:
        beside.unlink(missing_ok=True)
    raise NotSaved(f"Not written: {out.name}: {reason}. Choose a folder that is there and can be written, with space")
