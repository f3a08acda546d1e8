"""Tasks for results: audit, export, report, trail, log, analysis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from workstation.app.window_tasks.reading import SEEN
from workstation.managing.counted import counted
from workstation.managing.state import Notice, Tone
from workstation.managing.study_tasks import Asked, Field, Given, StudyTask

if TYPE_CHECKING:
    from storage.exporting.identities import Identity

GROUP: Final = "Results"
_OUT: Final = Field("out", "New folder", Asked.NEW_FOLDER, "not inside the study; an earlier export there is replaced")


def audit(given: Given) -> Notice:
    """Verify the record and the images."""
    from workstation.app.numbers import audit as verified
    from workstation.app.numbers import audit_pixels
    from workstation.app.safekeeping import audit_vault, custody

    found = verified(given.folder, given["head"] or None)
    hands = custody(given.folder)
    lines = [
        f"{counted(found.events, 'answer')} and {counted(found.acts, 'act')}, each fits the one before.",
        f"Head: {found.head}",
    ]
    if found.clock_steps:
        lines.append(f"The clock had gone back {counted(found.clock_steps, 'time')}; order is by number.")
    if not given.ticked("quick"):
        images = audit_pixels(given.folder, given.told)
        lines.append(f"The images of {counted(images.series, 'series', 'series')} are those that were imported.")
        if images.unknown:
            lines.append(
                f"Of {counted(images.unknown, 'series', 'series')} of an older version the record says nothing."
            )
    lines += (*audit_vault(given.folder, given.study), *hands.lines)
    if found.contains is False:
        text = "The record never went through that head: an older copy, or another study"
        return Notice(text, Tone.FAILED, tuple(lines))
    text = "The record is intact" + (", and contains the state of that head" if found.contains else "")
    return Notice(text, Tone.ATTENTION if hands.findings else Tone.DONE, tuple(lines))


def export(given: Given) -> Notice:
    """Write scores."""
    from storage.exporting.export import export_study
    from storage.exporting.tables.visits import InTime
    from storage.exporting.writing import Wish
    from storage.files.layout import HIDDEN
    from workstation.app.numbers import identities_of

    people: tuple[Identity, ...] = ()
    in_time = None
    if given.ticked("order") or given["why"]:
        in_time = InTime(given.study.turned(), given.study.visits_in_time())
        if given["why"]:
            people = identities_of(given.study, given["why"])
        elif given.study.order == HIDDEN:
            given.study.note_order_told()
    wish = Wish(wide=given.ticked("wide"), xlsx=given.ticked("xlsx"), identities=people)
    done = export_study(given.folder, given.path("out"), wish, in_time)
    lines = tuple(str(path) for path in done.paths)
    said = "" if done.locked else ". The study isn't locked: this is no final export"
    return Notice(f"Exported to {done.out}{said}", Tone.DONE if done.locked else Tone.ATTENTION, lines)


def outlines(given: Given) -> Notice:
    """Write label maps of what readers outlined."""
    from workstation.app.printing.outlines import write_outlines

    done = write_outlines(
        given.folder,
        given.path("out"),
        given.told,
        reader=given["reader"],
        case=given["case"],
        seg=given.ticked("seg"),
        images=given.ticked("images"),
    )
    lines = tuple(str(done.out / file.name) for file in done.files)
    said = "" if done.locked else ". The study isn't locked: this is no final export"
    told = f"{counted(done.maps, 'label map')} of {counted(done.readings, 'signed reading')}{said}"
    return Notice(told, Tone.DONE if done.locked else Tone.ATTENTION, lines)


def trail(given: Given) -> Notice:
    """Write the trail."""
    from workstation.app.record import write_trail

    done = write_trail(
        given.folder,
        given.path("out"),
        reader=given["reader"],
        case=given["case"],
        since=given["since"],
        until=given["until"],
        zone="",
        identified_for=None,
    )
    lines = (*(str(done.out / file.name) for file in done.files), f"Head: {done.facts.head}")
    return Notice(f"The trail is in {done.out}", Tone.DONE, lines)


def sheets(given: Given) -> Notice:
    """Write the read sheets of signed readings."""
    from workstation.app.printing.sheets import write_sheets

    done = write_sheets(given.folder, given.path("out"), given["reader"], given["case"])
    return Notice(f"{counted(len(done), 'read sheet')} in {given['out']}", Tone.DONE, tuple(map(str, done)))


def charter(given: Given) -> Notice:
    """Write the charter of the read."""
    from workstation.app.printing.charter import write_charter

    sha256 = write_charter(given.folder, given.path("out"))
    return Notice(f"The charter is in {given['out']}", Tone.DONE, (f"Design: {sha256}",))


def log(given: Given) -> Notice:
    """Write the log for the trial master file."""
    from workstation.app.record import write_log
    from workstation.intake.importing.study_log import study_log

    out = given.path("out")
    lines = study_log(given.study)
    html = out.suffix.lower() in {".html", ".htm"}
    write_log(given.folder, lines, None if html else out, out if html else None)
    return Notice(f"The log of {counted(len(lines), 'line')} is in {out}", Tone.DONE)


def report(given: Given) -> Notice:
    """Write the report on agreement and change."""
    from workstation.app.printing.reports import write_report

    write_report(
        given.folder, given.path("out"), 0.95, seen=lambda: given.study.note_figures_seen("report", given["why"])
    )
    return Notice(f"The report is in {given['out']}", Tone.DONE)


def analyse(given: Given) -> Notice:
    """Compute the study's analysis."""
    from workstation.app.analysis import Wish, analyse_exports

    exports = given.paths("exports")
    plan = given.path("plan") if given["plan"] else None
    readers = (given["reader"],) if given["reader"] else ()
    outliers = tuple(name.strip() for name in given["outliers"].split(",") if name.strip())
    wish = Wish(plan=plan, readers=readers, outliers=outliers)
    _, text = analyse_exports(exports, given.path("clinical"), given.path("out"), wish)
    return Notice(f"The analysis is in {given['out']}", Tone.DONE, tuple(text.splitlines()))


RESULTS: Final = (
    StudyTask(
        "study.audit",
        "Audit: is the record intact?",
        GROUP,
        "audit",
        "Verifies every answer, every act and every image against the record. Nothing is changed.",
        audit,
        (
            Field("head", "Head that you noted earlier", hint="if you have one", needed=False, option="head"),
            Field("quick", "Leave the images out", Asked.YES, needed=False, option="quick"),
        ),
        reads=True,
    ),
    StudyTask(
        "study.export",
        "Export scores",
        GROUP,
        "export",
        "Tables, dictionary, data package and import scripts for R, SAS and pandas. The record is verified before.",
        export,
        (
            _OUT,
            Field("wide", "Also one row a reading", Asked.YES, needed=False, option="wide"),
            Field("xlsx", "Also a workbook for Excel", Asked.YES, needed=False, option="xlsx"),
            Field(
                "order", "Visits in order of time, although it is hidden", Asked.YES, needed=False, option="with-order"
            ),
            Field(
                "why",
                "Also who is who: why",
                Asked.REASON,
                "empty: no identities; the reason goes on the record",
                needed=False,
                option="with-identities",
            ),
        ),
    ),
    StudyTask(
        "study.report",
        "Report on agreement and change",
        GROUP,
        "agreement",
        "One page to print with the agreement of readers and the changes of scores.",
        report,
        (Field("out", "New file", Asked.NEW_FILE, "its name ends in .html or .pdf", option="report"), SEEN),
    ),
    StudyTask(
        "study.analyse",
        "Analyse an export with clinical data",
        GROUP,
        "analyse",
        "Needs an export of a locked study and a CSV file with groups and clinical scores by subject. Neither lies in "
        "the study folder, which readers get.",
        analyse,
        (
            Field("exports", "Exports", Asked.FOLDERS, "one folder in each line; several parts of a study together"),
            Field("clinical", "Clinical data", Asked.FILE, "a CSV file", option="clinical"),
            Field("out", "New folder", Asked.NEW_FOLDER, option="out"),
            Field("plan", "Plan", Asked.FILE, "empty: that of the published paper", needed=False, option="plan"),
            Field(
                "outliers",
                "Outliers, whom one model leaves out",
                hint="P17, with commas between",
                needed=False,
                option="outlier",
            ),
            Field("reader", "Reader", Asked.READER, "empty: primary readings", needed=False, option="reader"),
        ),
        reads=True,
    ),
    StudyTask(
        "study.trail",
        "Trail: who did what, when and why",
        GROUP,
        "trail",
        "Every answer and act as a table, as a page and as sealed, with a script that verifies it. Not for readers.",
        trail,
        (
            _OUT,
            Field("reader", "Only of reader", Asked.READER, needed=False, option="reader"),
            Field("case", "Only of case", needed=False, option="case"),
            Field("since", "Only from", hint="2026-03-01", needed=False, option="from"),
            Field("until", "Only before", hint="2026-03-01", needed=False, option="until"),
        ),
    ),
    StudyTask(
        "study.sheets",
        "Read sheets of signed readings",
        GROUP,
        "sheets",
        "A PDF for each signed reading: scores and changes, notes, checks and answers, key images, signature and head. "
        "It names the case by its code alone.",
        sheets,
        (
            Field("out", "Folder", Asked.NEW_FOLDER, "outside the study; sheets in it are replaced", option="out"),
            Field("reader", "Only of reader", Asked.READER, needed=False, option="reader"),
            Field("case", "Only of case", needed=False, option="case"),
        ),
        reads=True,
    ),
    StudyTask(
        "study.outlines",
        "Outlines as label maps",
        GROUP,
        "outlines",
        "What readers outlined in signed readings, as NIfTI in the geometry of its series, with a table that says what "
        "each number means. No name or date is in it.",
        outlines,
        (
            _OUT,
            Field("reader", "Only of reader", Asked.READER, needed=False, option="reader"),
            Field("case", "Only of case", needed=False, option="case"),
            Field("seg", "Also as DICOM segmentations", Asked.YES, "needs highdicom", needed=False, option="seg"),
            Field("images", "Also the images that were outlined", Asked.YES, needed=False, option="images"),
        ),
        reads=True,
    ),
    StudyTask(
        "study.charter",
        "Charter: who reads what, by which rules",
        GROUP,
        "charter",
        "Made from the design and its draws, stamped with the design's hash, with lines for approval. Not for readers.",
        charter,
        (Field("out", "New file", Asked.NEW_FILE, "its name ends in .html or .pdf", option="out"),),
        reads=True,
    ),
    StudyTask(
        "study.log",
        "Log for the trial master file",
        GROUP,
        "study log",
        "What came when, what was set aside and why, who decided what.",
        log,
        (Field("out", "New file", Asked.NEW_FILE, "its name ends in .csv or .html"),),
        reads=True,
    ),
)
