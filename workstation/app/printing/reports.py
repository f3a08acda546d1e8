"""The report of a study: gathered from the record, drawn, and written whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from storage.files.atomic import write_page
from workstation.app.printing.printed import printed
from workstation.errors import UsageRefused

PAGES = (".html", ".pdf")


def write_report(
    directory: Path, out: Path, level: float, scheme: str | None = None, *, seen: Callable[[], None]
) -> None:
    """Write the report of the study in `directory` as HTML or PDF, by the ending of `out`.

    seen: puts on the record that figures are seen while cases are read; refuses without a reason.

    Raises:
        UsageRefused: another ending, or a place inside the study: a report has subjects' codes, a reader may see none.
        StudyError, RecordDamaged: as `storage.study.repeats.coordinators_readings`.
    """
    from storage.study.reading_times import reading_times
    from storage.study.repeats import coordinators_readings
    from workstation.numbers.paper import with_figures
    from workstation.numbers.readings import numbers_of
    from workstation.reporting.gathering import report_of
    from workstation.reporting.page import page, paper, plots

    kind = out.suffix.lower()
    if kind not in PAGES:
        raise UsageRefused(f"report {out.name}: the name ends in .html or .pdf")
    if directory.resolve() in out.resolve().parents:
        raise UsageRefused(f"report {out.name}: not inside the study folder, which readers get; choose another folder")
    # before the record is read: the page names the head that says so
    seen()
    study = coordinators_readings(directory, scheme=scheme)
    name = directory.resolve().name
    numbers = numbers_of(study, name, reading_times(directory), study.open_cases)
    report, more = with_figures(report_of(study, name, level), numbers)
    drawn = {**plots(report), **more}
    if kind == ".html":
        content = page(report, drawn).encode()
    else:
        content = printed(paper(report), drawn, f"{report.name}: agreement and change")
    write_page(out, content)
