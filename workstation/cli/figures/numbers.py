"""Commands for results of a study: export, agreement, and the proof that the record holds."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from msgspec import to_builtins

from workstation.app import numbers as app
from workstation.app.analysis import Wish, analyse_exports, plan_text
from workstation.app.coordinating import note_seen
from workstation.app.printing.reports import write_report
from workstation.app.safekeeping import audit_vault, custody
from workstation.cli.results_out import DICOM_OPTIONS, AskedDicom, export_dicom
from workstation.cli.shared import (
    DIRECTORY,
    DONE,
    FINDINGS,
    JSON_OPTION,
    PATH,
    SEEN_OPTION,
    cli,
    progress_line,
    say,
    warn_of_identity,
)
from workstation.errors import UsageRefused

if TYPE_CHECKING:
    from storage.audit.pixels import PixelAudit
    from storage.audit.verification import Audit


@cli.command()
@DIRECTORY
@click.argument("out", metavar="OUT", type=PATH)
@click.option("--wide", is_flag=True, help="Also wide.csv: one row a reading, one variable a site and visit.")
@click.option("--xlsx", is_flag=True, help="Also a workbook for Excel, OUT/tables.xlsx, with a sheet for each table.")
@click.option("--excel", is_flag=True, help="Also a CSV copy of each table in OUT/excel that Excel opens as UTF-8.")
@click.option(
    "--with-order", is_flag=True, help="Name the visits in order of time although it is hidden. Needs the vault."
)
@click.option("--with-identities", is_flag=True, help="Also export identities and dates of visits. Needs the vault.")
@click.option("--why", default="", metavar="TEXT", help="The reason for identities. It goes on the record.")
@DICOM_OPTIONS
@JSON_OPTION
def export(
    *,
    directory: Path,
    out: Path,
    wide: bool,
    xlsx: bool,
    excel: bool,
    with_order: bool,
    with_identities: bool,
    why: str,
    as_json: bool,
    **dicom: Any,  # noqa: ANN401 - what DICOM_OPTIONS asks
) -> int:
    """Write the study's scores to the folder OUT: CSV tables, dictionaries, data package, import scripts.

    The record is verified before. OUT is new, empty, or holds an earlier export, which is replaced as a whole.

    `ramris export DIR dicom --out FOLDER` writes signed readings as DICOM in place of tables: structured reports, key
    images and outlines, with codes alone, or identified for the archive. Before the lock repeats stay, and people of
    whom images are still read.
    """
    asked = AskedDicom(**dicom)
    warn_of_identity(why)
    if asked.folder is not None:
        if str(out) != "dicom":
            raise UsageRefused(
                f"--out goes with dicom: ramris export DIR dicom --out FOLDER, and not with {out.name!a:.60}"
            )
        if wide or xlsx or excel or with_order or with_identities:
            raise UsageRefused(
                "--wide, --xlsx, --excel, --with-order and --with-identities are for tables, not for dicom"
            )
        return export_dicom(directory, asked, why, as_json=as_json)
    asked.refuse()
    if why and not with_identities:
        raise UsageRefused("--why goes with --with-identities")
    reason = why if with_identities else None
    found = app.export(directory, out, wide=wide, excel=excel, xlsx=xlsx, with_order=with_order, identified_for=reason)
    if as_json:
        click.echo(json.dumps(found.as_json()))
    else:
        for path in found.paths:
            say(str(path))
    return DONE


@cli.command()
@DIRECTORY
@click.option(
    "--head", metavar="HASH", help="A head that you noted earlier: check that the record still contains that state."
)
@click.option("--quick", is_flag=True, help="Leave the images out: verify the record alone.")
@JSON_OPTION
def audit(directory: Path, head: str | None, quick: bool, as_json: bool) -> int:
    """Verify the record, all that is derived from it, and the images. Names the first row or series that doesn't fit.

    With vault.db in the folder, also whether who is who stands as the program wrote it; a subject is named by its code.

    Exit status 1: with --head, the record never went through that head (an older copy, or another study); a backup
    beside it knows more; an older copy was restored and answers were lost; or images/ holds files of no series.
    """
    found = app.audit(directory, head)
    hands = custody(directory)
    images = None if quick else app.audit_pixels(directory, progress_line())
    vault = audit_vault(directory)
    if as_json:
        told = {"images": to_builtins(images), "vault": list(vault), "custody": list(hands.lines)}
        click.echo(json.dumps({**to_builtins(found), **told}))
    else:
        for line in (*_audit_lines(found), *_image_lines(images), *vault, *hands.lines):
            say(line)
    strange = images is not None and bool(images.strange)
    return FINDINGS if found.contains is False or hands.findings or strange else DONE


def _audit_lines(found: Audit) -> list[str]:
    lines = [
        f"The record is intact: {found.events} event{'' if found.events == 1 else 's'}, each fits the one before.",
        f"Beside them {found.acts} acts (designs, assignments, signatures ...) fit too.",
        f"Head: {found.head}",
    ]
    if found.clock_steps:
        times = "once" if found.clock_steps == 1 else f"{found.clock_steps} times"
        lines.append(
            f"The clock had gone back {times}, by {found.longest_step_ms / 1000:.3f} s at most. Order is by number."
        )
    if found.contains is True:
        lines.append("The record contains the state of that head: nothing of it is lost.")
    if found.contains is False:
        lines.append("The record doesn't contain the state of that head: this is an older copy, or another study.")
    return lines


def _image_lines(found: PixelAudit | None) -> list[str]:
    if found is None:
        return ["The images weren't looked at (--quick)."]
    if not found.here:
        return ["The images aren't here, so nothing was verified of them."]
    lines = [f"The images are those that were imported: {found.series} series, {found.bytes / 1e6:.0f} MB."]
    if found.apart:
        lines.append(f"Images of {found.apart} series lie apart and haven't come yet; `ramris fetch` brings them.")
    if found.strange:
        are = "1 file in images/ is" if len(found.strange) == 1 else f"{len(found.strange)} files in images/ are"
        lines.append(f"{are} of no series of the study. Nothing reads them; --json names them.")
    if found.unknown:
        lines.append(f"Of {found.unknown} series, imported by an older version, the record doesn't say what they held.")
    return lines


@cli.command()
@click.argument("directory", metavar="[DIR]", type=PATH, required=False)
@click.option("--reader", metavar="ID", help="Whose re-reads. Needed if several readers have some.")
@click.option(
    "--drift", is_flag=True, help="Use the hidden repeats of the drift check, and list each in order of reading."
)
@click.option("--inter", is_flag=True, help="Compare several readers' first readings instead of re-reads.")
@click.option("--readers", metavar="ID,ID", help="With --inter: which readers, in this order. Default: all.")
@click.option(
    "--scheme", metavar="NAME", help="Which of several schemes of the study. Default: the reader's, else its own."
)
@click.option("--table", metavar="FILE.csv", type=PATH, help="Instead of DIR: a row a scan, a column a reading.")
@click.option(
    "--against",
    metavar="FILE.csv",
    type=PATH,
    help="With --table: another table of the same scans in the same order; compares the ICCs of both.",
)
@click.option("--level", type=float, default=0.95, show_default=True, help="Level of the confidence intervals.")
@click.option(
    "--scale",
    metavar="MIN,MAX",
    help="With --table: lowest and highest score of the scale. Scores outside are refused.",
)
@click.option("--bootstrap", type=int, metavar="N", help="Add percentile and BCa intervals of N resamplings of cases.")
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of --bootstrap.")
@click.option(
    "--report", type=PATH, metavar="FILE", help="For a study: write everything as one page, FILE.html or FILE.pdf."
)
@SEEN_OPTION
@JSON_OPTION
def agreement(
    *,
    directory: Path | None,
    reader: str | None,
    drift: bool,
    inter: bool,
    readers: str | None,
    scheme: str | None,
    table: Path | None,
    against: Path | None,
    level: float,
    scale: str | None,
    bootstrap: int | None,
    seed: int,
    report: Path | None,
    why: str,
    as_json: bool,
) -> int:
    """Compute the agreement of a reader's re-reads in the study DIR, of several readers, or of any table of scores.

    ICC, SEM, SDD or SDC, Bland-Altman, kappa; for a study by total and feature, at each visit and of change.
    While reads are open, a study's figures are for the coordinator alone, and need --why.
    """
    resampling = app.resampling(bootstrap, seed)
    if against is not None and table is None:
        raise UsageRefused("--against is another table of the same scans: give --table FILE.csv too")
    if report is not None:
        _refuse_beside_report(directory, table, as_json=as_json)
        if directory is not None:
            warn_of_identity(why)
            write_report(directory, report, level, scheme, seen=partial(note_seen, directory, "report", why))
            say(
                f"The report was written to {report}. While cases are still being "
                "read, it is for the coordinator alone."
            )
        return DONE
    match directory, table:
        case Path(), None:
            _refuse_beside_study(scale, reader, readers, inter=inter, drift=drift)
            if inter or readers is not None:
                found, text = app.agreement_of_readers(directory, _names(readers), level, resampling, scheme=scheme)
            else:
                found, text = app.agreement_of_study(directory, reader, level, resampling, scheme=scheme, drift=drift)
            warn_of_identity(why)
            note_seen(directory, "agreement", why)
        case None, Path():
            if reader is not None or readers is not None or inter or drift or scheme is not None or why:
                others = "--scheme" if scheme is not None else "--why" if why else "--inter"
                option = "--reader" if reader is not None else "--drift" if drift else others
                raise UsageRefused(f"{option} goes with a study folder DIR; a table says in its first row who read")
            found, text = app.agreement_of_table(table, level, scale, resampling, against)
        case _:
            raise UsageRefused("give either a study folder DIR or --table FILE.csv")
    click.echo(json.dumps(found, allow_nan=False) if as_json else text, nl=as_json)
    return DONE


def _refuse_beside_study(
    scale: str | None, reader: str | None, readers: str | None, *, inter: bool, drift: bool
) -> None:
    if scale is not None:
        raise UsageRefused("--scale goes with --table only; a study knows its scales")
    if drift and (inter or readers is not None):
        raise UsageRefused(
            "--drift is for one reader's hidden repeats, --inter for several readers: give only one of them"
        )
    if reader is not None and (inter or readers is not None):
        raise UsageRefused("--reader is for one reader's re-reads, --inter for several readers: give only one of them")


def _refuse_beside_report(directory: Path | None, table: Path | None, *, as_json: bool) -> None:
    if directory is None or table is not None:
        raise UsageRefused("--report is for a study: give a study folder DIR")
    if as_json:
        raise UsageRefused("--report writes a page, --json prints an object: give only one of them")


def _names(readers: str | None) -> tuple[str, ...]:
    return () if readers is None else tuple(name.strip() for name in readers.split(","))


@cli.command()
@click.argument("exports", metavar="EXPORT...", type=PATH, nargs=-1)
@click.option("--clinical", type=PATH, metavar="CLINICAL.csv", help="Group, disease activity and covariates.")
@click.option("--plan", type=PATH, metavar="PLAN.toml", help="Which tables and models. Default: the published paper's.")
@click.option("--show-plan", is_flag=True, help="Print the published paper's plan, to be copied and changed, and stop.")
@click.option("--out", type=PATH, metavar="DIR", help="Write a page, JSON and CSV tables there; not in a study folder.")
@click.option(
    "--reader",
    "readers",
    metavar="ID",
    multiple=True,
    help="Whose readings. Default: the primary ones. Give it again for each reader who read a part.",
)
@click.option(
    "--outlier",
    "outliers",
    metavar="PERSON",
    multiple=True,
    help="Leave this person out of the models without outliers. May be given again.",
)
@click.option("--level", type=float, default=0.95, show_default=True, help="Level of the confidence intervals.")
@JSON_OPTION
def analyse(
    *,
    exports: tuple[Path, ...],
    clinical: Path | None,
    plan: Path | None,
    show_plan: bool,
    out: Path | None,
    readers: tuple[str, ...],
    outliers: tuple[str, ...],
    level: float,
    as_json: bool,
) -> int:
    """Compare groups and relate change to disease activity, from exports of locked studies. Exploratory.

    Give the EXPORT of one study, of its parts, or of several studies of one trial. CLINICAL.csv has one row for each
    enrolment; docs/analysis.md names its columns. What is computed is a plan, a file that you can change.
    """
    if show_plan:
        click.echo(plan_text(), nl=False)
        return DONE
    if not exports or clinical is None:
        lacking = "EXPORT, the folder that `ramris export` wrote" if not exports else "--clinical CLINICAL.csv"
        raise UsageRefused(f"give {lacking}")
    found, text = analyse_exports(exports, clinical, out, Wish(plan, readers, outliers, level))
    click.echo(json.dumps(found, allow_nan=False) if as_json else text, nl=as_json)
    if out is not None and not as_json:
        say(f"Written to {out}: analysis.html, analysis.json, six tables, and figures as SVG and PDF.")
    return DONE
