"""The report of a study: gathered from the record, drawn, and written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from workstation.errors import UsageRefused

PAGES = (".html", ".pdf")


def write_report(directory: Path, out: Path, level: float) -> None:
    """Write the report of the study in `directory` as HTML or PDF, by the ending of `out`.

    Raises:
        UsageRefused: another ending, or a place inside the study: a report has subjects' codes, a reader may see none.
        StudyError, RecordDamaged: as `storage.study.repeats.coordinators_readings`.
    """
    from storage.study.repeats import coordinators_readings
    from workstation.reporting.gathering import report_of
    from workstation.reporting.page import page, paper, plots

    kind = out.suffix.lower()
    if kind not in PAGES:
        raise UsageRefused(f"report {out.name}: the name ends in .html or .pdf")
    if directory.resolve() in out.resolve().parents:
        raise UsageRefused(f"report {out.name}: not inside the study folder, which readers get; choose another folder")
    report = report_of(coordinators_readings(directory), directory.resolve().name, level)
    drawn = plots(report)
    if kind == ".html":
        content = page(report, drawn).encode()
    else:
        content = _printed(paper(report), drawn, f"{report.name}: agreement and change")
    _put(out, content)


def _printed(html: str, drawn: Mapping[str, str], title: str) -> bytes:
    from workstation.runtime import doctor

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

    unfinished = out.with_name(f".{out.name}.writing")
    try:
        unfinished.write_bytes(content)
        unfinished.replace(out)
    except OSError as error:
        reason = error.strerror
    else:
        return
    finally:
        unfinished.unlink(missing_ok=True)
    raise NotSaved(f"Not written: {out.name}: {reason}. Choose a folder that is there and can be written, with space")
