"""A study's life in the coordinator's hands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from workstation.app.progress import Progress
from workstation.errors import UsageRefused

if TYPE_CHECKING:
    from storage.apart.setting_apart import Apart
    from storage.handover.hand_over import HandedOver
    from storage.record.study_lock import StudyLock
    from storage.records import Assignment
    from storage.study.coordinator import CoordinatorStudy
    from storage.study.enrolments import Enrolled
    from storage.vault.choices import Choice
    from storage.worklists.purposes import Role
    from storage.worklists.taking_back import TakenBack
    from workstation.app.assigning.wishes import Which
    from workstation.intake.importing.answer_log import Outcome
    from workstation.intake.importing.answering import Chooser
    from workstation.intake.importing.check_report import CheckReport
    from workstation.intake.importing.giving import Assigned
    from workstation.intake.report import ImportReport
    from workstation.intake.report import Progress as Reached


def order_and_unit(order: str | None, unit: str | None) -> tuple[str, str]:
    """The order of visits and the unit of reading that were typed; a scan alone has no order."""
    from scoring.design.read_design import SINGLE
    from scoring.design.reading_units import BOTH, SCAN

    order = order or (SINGLE if unit == SCAN else "known")
    unit = unit or (SCAN if order == SINGLE else BOTH)
    if (order == SINGLE) is not (unit == SCAN):
        raise UsageRefused(
            f"--order {order} --unit {unit}: scans that are read alone have no order; give --order single, "
            "or another order with --unit both or pair"
        )
    return order, unit


def create_study(
    directory: Path, scheme: str, order: str, vault_passphrase: str | None = None, *, unit: str = "", record: str = ""
) -> None:
    """Make an empty study, its vault under a passphrase where one is given; StudyExists when something is there.

    scheme: the name of a shipped one, or a folder. record: address of a database where the record is to lie.
    """
    from scoring.schemes.folder import PROTOCOL_FILE
    from storage.study.coordinator import CoordinatorStudy
    from storage.vault.sealed_file import check_length
    from workstation.app.schemes.given import whole_folder
    from workstation.intake.protocol.study_protocol import protocol_text

    if vault_passphrase is not None:
        check_length(vault_passphrase)
    with CoordinatorStudy.create(directory, folder=whole_folder(scheme), order=order, record=record) as study:
        if vault_passphrase is not None:
            study.lock_vault(vault_passphrase)
        if unit and unit != study.design().reading_unit:
            study.set_design("unit", unit, "as the study was made")
        protocol = protocol_text(study.scheme)
    (directory / PROTOCOL_FILE).write_text(protocol, encoding="utf-8")


def add_to_study(directory: Path, paths: Sequence[Path], progress: Progress, why: str = "") -> ImportReport:
    """Import folders, for a reason also into visits that have been read; Ctrl+C is a wish to stop, between files."""
    from workstation.app.coordinating import coordinating
    from workstation.intake.importing.importer import import_folders
    from workstation.runtime.interrupt import Interrupt

    with coordinating(directory) as study, Interrupt() as interrupt:
        return import_folders(
            study,
            paths,
            progress=lambda step: progress(step.done, step.total, step.stage),
            cancelled=interrupt.asked,
            why=why,
        )


def check_study(directory: Path) -> CheckReport:
    """What each pair lacks; TomlRefused when protocol.toml says something wrong."""
    from storage.study.coordinator import CoordinatorStudy
    from workstation.intake.importing.check_report import check_report

    with CoordinatorStudy.open(directory) as study:
        return check_report(study)


def choose(
    directory: Path,
    who: str | None,
    progress: Progress,
    wish: Callable[[Chooser], Outcome],
    *,
    change_read: bool = False,
) -> Outcome:
    """Carry out what a coordinator decided; `who` is kept with it, and asked for once."""
    from workstation.app.coordinating import coordinating
    from workstation.intake.importing.answering import Chooser
    from workstation.runtime.interrupt import Interrupt

    with coordinating(directory) as study, Interrupt() as interrupt:
        name = named(study, who, "who decides")

        def told(step: Reached) -> None:
            progress(step.done, step.total, step.stage)

        return wish(Chooser(study, name, told, interrupt.asked, change_read))


def draw_held(directory: Path, series: Sequence[str], out: Path) -> tuple[int, tuple[str, ...]]:
    """Write pictures of series that wait: how many, and the series of which the scans are gone."""
    from workstation.app.coordinating import coordinating
    from workstation.managing import held_pictures

    with coordinating(directory) as study:
        return held_pictures.draw_held(study, series, out)


def choices_of(directory: Path) -> tuple[Choice, ...]:
    """Everything that was decided, oldest first."""
    from storage.study.coordinator import CoordinatorStudy

    with CoordinatorStudy.open(directory) as study:
        return study.vault.choices.log()


def design(directory: Path, setting: str | None, why: str) -> tuple[dict[str, object], list[str]]:
    """How the study is read, after one KEY=VALUE was set if any: (the JSON object, the lines for people)."""
    from workstation.app.assigning.design_words import as_json, as_text, key_and_value
    from workstation.app.coordinating import coordinating

    with coordinating(directory) as study:
        if setting is not None:
            study.set_design(*key_and_value(setting), why)
        held, versions, subjects = study.design(), study.design_versions(), len(study.subject_codes())
    return as_json(held, versions, subjects), as_text(held, versions, subjects)


def hand_over(
    directory: Path,
    out: Path,
    reader: str | None,
    by: tuple[str | None, str],
    *,
    seen: bool,
    anyway: bool,
    apart: Apart | None = None,
) -> tuple[tuple[HandedOver, ...], tuple[str, ...]]:
    """Write a reader's copy, or that of everybody: (the copies, the subjects that were left out).

    `by`: who, and why; seen: that all borders were seen elsewhere; anyway: that what isn't settled is taken too; apart:
    where images are to lie, if not in the copy.
    """
    from workstation.app.coordinating import coordinating
    from workstation.intake.importing import border_review, giving

    with coordinating(directory) as study:
        who, why = by
        if seen:
            name = named(study, who, "who has seen the borders")
            border_review.see(study, [item.series for item in border_review.unseen_by(study, reader)], name, why)
        taken = giving.Anyway(named(study, who, "who takes them"), why) if anyway else None
        return giving.hand_over_settled(study, out, reader, taken, apart)


def named(study: CoordinatorStudy, who: str | None, asked: str) -> str:
    """Who acts: as given, or whoever was named last; UsageRefused where nobody ever was."""
    name = who or study.vault.choices.last_who()
    if not name:
        raise UsageRefused(f"{asked}? Add --who NAME. It is kept in the vault and asked only once")
    return name


def lock_vault(directory: Path, passphrase: Callable[[], str]) -> None:
    """Put the vault under a passphrase; it is asked for when the old one, if any, was right."""
    from storage.files.import_lock import import_lock
    from workstation.app.coordinating import coordinating

    with import_lock(directory), coordinating(directory) as study:
        study.lock_vault(passphrase())


def unlock_vault(directory: Path) -> None:
    """Take the passphrase away."""
    from storage.files.import_lock import import_lock
    from workstation.app.coordinating import coordinating

    with import_lock(directory), coordinating(directory) as study:
        study.vault.unlock()


def reveal(directory: Path, why: str, out: Path | None) -> list[str]:
    """Who is who, once the record says that it was asked for: lines for people, or one that says where the file is."""
    from storage.study.unblind import revealed, written_to
    from workstation.app.coordinating import coordinating
    from workstation.intake.findings import printable

    if out is not None and out.exists():
        raise UsageRefused(f"{out} exists already. Give the name of a new file")
    with coordinating(directory) as study:
        study.note_identified(why)
        rows = revealed(study)
    if out is None:
        return [printable("  ".join(part or "-" for part in row)) for row in rows]
    written_to(out, rows)
    return [f"The identities are in {out}; only this account can read it. The record says that it was made, and why"]


def assign(
    directory: Path,
    reader: str,
    seed: int | None,
    anyway: tuple[str | None, str] | None = None,
    which: Which | None = None,
    *,
    role: Role | None = None,
    scheme: str | None = None,
    show: bool = False,
) -> Assigned:
    """Give subjects whose findings are settled to a reader; without `which` every one.

    `anyway`: (who, why) takes the others too. `role`: what the reader reads for. `scheme`: by which, where the study
    has several. `show`: nothing is given.
    """
    from storage.worklists.purposes import NO_ROLE
    from workstation.app.assigning import wishes
    from workstation.app.coordinating import coordinating
    from workstation.intake.importing import giving

    with coordinating(directory) as study:
        taken = giving.Anyway(named(study, anyway[0], "who takes them"), anyway[1]) if anyway else None
        wish = wishes.wish(study, which)
        own = role or NO_ROLE
        return giving.assign_settled(study, reader, seed, taken, wish, role=own, scheme=scheme, show=show)


def take_back(directory: Path, reader: str, which: Which, cases: str, why: str, *, undo: bool) -> TakenBack:
    """Take unread cases off a worklist, or with `undo` put those back that were taken.

    Raises:
        UsageRefused: both codes of cases and subjects.
        as `CoordinatorStudy.take_back` does.
    """
    from workstation.app.assigning import wishes
    from workstation.app.coordinating import coordinating

    with coordinating(directory) as study:
        wanted = wishes.taken(study, which, cases)
        return study.give_back(reader, wanted, why) if undo else study.take_back(reader, wanted, why)


def retire(directory: Path, reader: str, why: str, *, undo: bool) -> TakenBack | None:
    """Give a reader nothing more, and take back what is unread; None with `undo`, which lets cases be given again."""
    from workstation.app.coordinating import coordinating

    with coordinating(directory) as study:
        if undo:
            study.bring_back(reader, why)
            return None
        return study.retire(reader, why)


def rename_reader(directory: Path, reader: str, name: str, why: str) -> str:
    """Call a reader by another name, or with "" by the first id again; what was done, in a line."""
    from storage.study.coordinator import CoordinatorStudy
    from workstation.app.assigning import words

    with CoordinatorStudy.open(directory) as study:
        if name:
            return words.told_of_renaming(study.rename_reader(reader, name, why), name)
        return words.told_of_first_name(study.take_name_back(reader, why))


def assign_own(directory: Path, reader: str) -> bool:
    """Give everything to whoever imported it and reads it alone, and was told what was found; False: nothing."""
    from workstation.app.coordinating import coordinating

    with coordinating(directory) as study:
        return bool(study.assign(reader))


def reread(
    directory: Path, reader: str, n: int | None, seed: int | None, after_days: int | None, *, unit: str
) -> tuple[Assignment, ...]:
    """Draw finished readings to be read again under new codes; what isn't said is as the study's design has it."""
    from workstation.app.coordinating import coordinating

    with coordinating(directory) as study:
        design = study.design()
        count = design.reread_n if n is None else n
        if count is None:
            raise UsageRefused(
                "give the number with --n N (--sizes shows what it means), or set it in the design: "
                "ramris study design DIR --set reread_n=N"
            )
        wait = design.reread_after_days or 0 if after_days is None else after_days
        return study.reread(reader, count, seed, wait, unit=unit)


def reread_sizes() -> tuple[list[dict[str, float]], list[str]]:
    """Expected intervals of the ICC by size: (for scripts, the lines for people)."""
    from scoring.design.reread_sizes import as_text, expected_intervals

    found = expected_intervals()
    rows = [{"n": item.n, "icc": item.icc, "low": item.low, "high": item.high, "width": item.width} for item in found]
    return rows, as_text(found, 0.95)


def lock(directory: Path, why: str, *, incomplete: bool) -> StudyLock:
    """Close a study to grades; StudyError says which readings are open."""
    from workstation.app.coordinating import coordinating

    with coordinating(directory) as study:
        return study.lock(why=why, incomplete=incomplete)


def unlock(directory: Path, why: str) -> None:
    """Unlock a locked study."""
    from workstation.app.coordinating import coordinating

    with coordinating(directory) as study:
        study.unlock(why)


@dataclass(frozen=True, slots=True)
class EnrolmentWish:
    """What is to be changed. rule, file: None leaves it; undo: takes the last change back; out: where the list goes."""

    rule: str | None = None
    file: Path | None = None
    undo: bool = False
    why: str = ""
    who: str | None = None
    out: Path | None = None


def enrolments(directory: Path, wish: EnrolmentWish) -> Enrolled:
    """The enrolments, after what is to be changed was.

    Raises:
        UsageRefused: the file for the list is there already.
        as `StudyEnrolments.set_enrolments` does.
    """
    from scoring.design.enrolment_csv import read_enrolments
    from storage.study.unblind import written_to
    from workstation.app.coordinating import coordinating
    from workstation.intake.protocol.enrolment_words import as_rows

    rows = None if wish.file is None else read_enrolments(wish.file)
    if wish.out is not None and wish.out.exists():
        raise UsageRefused(f"{wish.out} exists already. Give the name of a new file")
    with coordinating(directory) as study:
        who = wish.who or study.vault.choices.last_who()
        if wish.undo:
            found = study.undo_enrolments(wish.why, who)
        elif wish.rule is not None or rows is not None:
            found = study.set_enrolments(wish.rule, rows, wish.why, who)
        else:
            found = study.enrolments()
    if wish.out is not None:
        written_to(wish.out, as_rows(found))
    return found
