"""Commands of a coordinator carried out on the study, and words of what came of each; on whatever thread calls."""

from __future__ import annotations

from collections.abc import Callable

from storage.files.watched import Watched
from storage.study.coordinator import CoordinatorStudy
from workstation.intake.importing.answer_log import Outcome
from workstation.intake.importing.answering import Chooser, answer_all
from workstation.intake.importing.giving import assign_settled, hand_over_settled
from workstation.intake.importing.importer import import_folders
from workstation.intake.report import Progress
from workstation.managing import commands as c
from workstation.managing.counted import counted
from workstation.managing.state import Notice, Tone
from workstation.managing.wording import about_choice, about_giving, about_import

Told = Callable[[Progress], None]


def carry_out(study: CoordinatorStudy, command: c.Command, progress: Told, cancelled: Callable[[], bool]) -> Notice:
    """Do what is asked, up to the point where it was cancelled.

    Raises:
        RamrisError: what can't be done, and why.
        OSError: of the disk; what was finished is kept.
    """
    match command:
        case c.AddScans(paths):
            return about_import(import_folders(study, paths, progress=progress, cancelled=cancelled))
        case c.Assign(reader, anyway):
            assigned = assign_settled(study, reader, anyway=anyway)
            return about_giving(f"{reader} has {counted(len(assigned.cases), 'case')}", assigned.left_out)
        case c.HandOver(out, anyway):
            made, left_out = hand_over_settled(study, out, anyway=anyway, watched=Watched(told(progress), cancelled))
            images = sum(item.images for item in made)
            readers = ", ".join(item.reader for item in made)
            return about_giving(f"Handed over to {out} for {readers}: {images:,} images, no vault", left_out)
        case c.Resolve(case, why):
            study.resolve(case, why)
            return Notice(f"Case {case} is back on its reader's worklist", Tone.DONE)
        case c.Repeat(reader, wanted, days, unit):
            drawn = len(study.reread(reader, wanted, after_days=days, unit=unit))
            when = f", each {counted(days, 'day')} after its first reading" if days else ", at once"
            return Notice(f"{reader} will read {counted(drawn, unit)} again{when}", Tone.DONE)
        case c.Decide() | c.Blank() | c.TakeBack() | c.SettleMany() | c.Remove():
            change_read = isinstance(command, c.Decide | c.Blank | c.TakeBack) and command.change_read
            return about_choice(_chosen(Chooser(study, command.who, progress, cancelled, change_read), command))
    raise AssertionError(command)


def told(progress: Told) -> Callable[[int, int, str], None]:
    """The same for who counts alone: done, of how many, doing what."""
    return lambda done, total, stage: progress(Progress(done, total, stage))


def _chosen(chooser: Chooser, command: c.Choosing) -> Outcome:
    match command:
        case c.Blank(series, regions, why):
            return chooser.blank(series, regions, why)
        case c.TakeBack(series, why):
            return chooser.undo(series, why)
        case c.SettleMany(series, answer, why):
            return chooser.settle_many(series, answer, why)
        case c.Remove(whose, why, _, undo):
            return chooser.remove(whose, why, undo=undo)
        case c.Decide(what, answer, why):
            return answer_all(chooser, (what, *command.also), answer, why)
