"""Signing and what follows it, and the log of all that happened, without a window."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import tzinfo

    from scoring.adjudication.final_progress import NotCounted, Standing
    from storage.exporting.identities import Identity
    from storage.exporting.trail.export_trail import ExportedTrail
    from storage.record.record_log import LogLine
    from storage.signing.printed_names import StaffMember
    from storage.signing.sheet import Signature, SigningSheet
    from storage.study.staffing import Change
    from storage.worklists.parked_cases import ParkedCase
    from storage.worklists.progress_board import ReaderBoard


def signing_sheet(directory: Path, reader: str, case: str) -> SigningSheet:
    """What the checks find, and what is asked before the case is signed."""
    from storage.study.reader import ReaderStudy

    with ReaderStudy.open(directory, reader) as study:
        return study.signing_sheet(case)


def sign(directory: Path, reader: str, case: str, answers: Mapping[str, str], passphrase: str | None) -> Signature:
    """Sign one case."""
    from storage.files.window_lock import sole_window
    from storage.study.reader import ReaderStudy

    with sole_window(directory), ReaderStudy.open(directory, reader) as study:
        return study.sign(case, answers, passphrase)


def asks_passphrase(directory: Path, reader: str) -> bool:
    """Whether that reader has a passphrase."""
    from storage.study.reader import ReaderStudy

    with ReaderStudy.open(directory, reader) as study:
        return study.asks_passphrase()


def set_passphrase(directory: Path, reader: str, new: str | None, old: str | None) -> None:
    """Set, change or take away a reader's passphrase."""
    from storage.files.window_lock import sole_window
    from storage.study.reader import ReaderStudy

    with sole_window(directory), ReaderStudy.open(directory, reader) as study:
        study.set_passphrase(new, old)


def cover_after(reader: str, minutes: int) -> None:
    """Choose when a reader's room is covered, on this machine; UsageRefused when it can't be remembered."""
    from workstation.app.preferences import OwnFile
    from workstation.errors import UsageRefused

    # the place of the study is for what is chosen per study
    if not OwnFile(reader, Path()).keep_cover_minutes(minutes):
        raise UsageRefused("Not remembered: your settings folder can't be written; `ramris keys` shows where it is")


def reopen(directory: Path, case: str, why: str) -> None:
    """Let a signed case be changed again."""
    from workstation.app.coordinating import coordinating

    with coordinating(directory) as study:
        study.reopen(case, why)


def reset_passphrase(directory: Path, reader: str, why: str) -> None:
    """Take a reader's forgotten passphrase back."""
    from workstation.app.coordinating import coordinating

    with coordinating(directory) as study:
        study.reset_passphrase(reader, why)


def set_staff_passphrase(directory: Path, person: str, new: Callable[[], str], why: str) -> str:
    """Set the passphrase of whoever acts, or for a reason of another coordinator; whose it is."""
    from storage.acting import acting_as
    from storage.study.staffing import checked_actor
    from workstation.app.coordinating import coordinating

    with coordinating(directory) as study:
        # before anything is typed
        checked_actor({item.id: item for item in study.people()}, acting_as.get())
        return study.set_passphrase(person, new(), why)


def parked_cases(directory: Path, resolved: str | None, why: str) -> tuple[ParkedCase, ...]:
    """The parked cases, after one was given back if any."""
    from workstation.app.coordinating import coordinating

    with coordinating(directory) as study:
        if resolved is not None:
            study.resolve(resolved, why)
        return study.parked_cases()


def people(directory: Path, person: str, change: Change, why: str) -> tuple[StaffMember, ...]:
    """Everybody on the list, after somebody was put there if anybody is named."""
    from storage.study.coordinator import CoordinatorStudy
    from workstation.app.coordinating import coordinating

    if not person:
        with CoordinatorStudy.open(directory) as study:
            return study.people()
    with coordinating(directory) as study:
        study.put_person(person, change, why)
        return study.people()


def board(directory: Path) -> tuple[ReaderBoard, ...]:
    """How far each reader is."""
    from storage.study.coordinator import CoordinatorStudy

    with CoordinatorStudy.open(directory) as study:
        return study.board()


def final_on_board(directory: Path) -> Standing | NotCounted | None:
    """Where final values stand; not counted while cases are read, None where the design asks for none."""
    from storage.study.coordinator import CoordinatorStudy

    with CoordinatorStudy.open(directory) as study:
        return study.final_on_board()


def study_log(directory: Path, *, folders: bool = False) -> tuple[LogLine, ...]:
    """What happened, oldest first; where there is no vault, what the record says alone. folders: of deliveries, too.

    Raises:
        NotAStudy: folders are asked for, and there is no vault that knows them.
    """
    from storage.files.layout import VAULT_FILE
    from storage.record.record_log import of_record
    from storage.record.snapshot import still_view

    if not folders and not (directory / VAULT_FILE).exists():
        with still_view(directory) as (store, _), store.reading() as connection:
            return of_record(connection)
    from storage.study.coordinator import CoordinatorStudy
    from workstation.intake.importing import study_log as told

    with CoordinatorStudy.open(directory) as study:
        return told.study_log(study, folders=folders)


def write_log(directory: Path, lines: tuple[LogLine, ...], csv: Path | None, html: Path | None) -> None:
    """Write the files that are asked for, whole or not at all.

    Raises:
        UsageRefused: a place inside the study, which readers get.
        NotSaved: it can't be written.
    """
    from storage.errors import NotSaved
    from storage.exporting.tables.csv_text import text_line
    from storage.files.atomic import write_whole
    from storage.record.record_log import HEADERS
    from workstation.errors import UsageRefused
    from workstation.reporting.log_page import log_page

    made = {
        csv: "".join(text_line(cells) for cells in (HEADERS, *(line.cells for line in lines))),
        html: log_page(directory.resolve().name, lines),
    }
    for out, text in made.items():
        if out is None:
            continue
        if directory.resolve() in out.resolve().parents:
            raise UsageRefused(f"log {out.name}: not inside the study folder, which readers get; choose another folder")
        try:
            write_whole(out, text.encode())
        except OSError as error:
            reason = error.strerror
        else:
            continue
        raise NotSaved(f"Not written: {out.name}: {reason}. Choose a folder that is there and can be written")


def write_trail(
    directory: Path, out: Path, *, reader: str, case: str, since: str, until: str, zone: str, identified_for: str | None
) -> ExportedTrail:
    """Write every answer and act into the folder `out`, with a script that verifies them; who is who for a reason.

    since, until: a day or a moment on the clock of `zone`, or with an offset of its own; zone: a name of the IANA list,
    "" for that of this machine.
    """
    from storage.exporting.trail.export_trail import PAGE, PAPER, TrailWish, export_trail
    from storage.exporting.trail.trail_rows import Selection
    from workstation.app.coordinating import coordinating
    from workstation.app.numbers import identities_of
    from workstation.app.printing.trail import trail_paper
    from workstation.errors import UsageRefused
    from workstation.reporting.trail_page import trail_page

    if out.resolve().is_relative_to(directory.resolve()):
        raise UsageRefused(f"trail {out.name}: not inside the study folder, which readers get; choose another folder")
    clock = _zone(zone)
    part = Selection(reader, case, _moment("--from", since, clock), _moment("--until", until, clock))
    people: tuple[Identity, ...] = ()
    if identified_for is not None:
        with coordinating(directory) as study:
            people = identities_of(study, identified_for)
    return export_trail(directory, out, TrailWish(part, clock, people), {PAGE: trail_page, PAPER: trail_paper})


def _zone(name: str) -> tzinfo | None:
    from zoneinfo import ZoneInfo

    from workstation.errors import UsageRefused

    if not name:
        return None
    try:
        return ZoneInfo(name)
    # a name may be a path, or that of a folder of the list
    except (OSError, ValueError, KeyError):
        message = f"--zone {name!a}: this machine knows no such zone; for example Europe/Copenhagen, or UTC"
    raise UsageRefused(message)


def _moment(option: str, text: str, zone: tzinfo | None) -> str:
    from datetime import datetime

    from storage.clock import written
    from workstation.errors import UsageRefused

    if not text:
        return ""
    try:
        found = datetime.fromisoformat(text)
        # naive is meant on that clock; the machine's own where there is none
        return written((found.replace(tzinfo=zone) if found.tzinfo is None and zone else found).astimezone(zone))
    except (ValueError, OverflowError, OSError):
        pass
    raise UsageRefused(f"{option} {text!a}: a day as 2026-03-01, or a moment as 2026-03-01T14:30")
