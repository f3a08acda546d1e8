"""A reader's room and grades from text. The images come first, the record and the form while they are looked at."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from workstation.app.process import need_libraries
from workstation.app.progress import Say
from workstation.errors import EnvironmentLacks, UsageRefused
from workstation.runtime import doctor
from workstation.runtime.codes_only import codes_only

if TYPE_CHECKING:
    from storage.study.calibrating.stand import Stand
    from storage.study.reader import ReaderStudy
    from workstation.actions.action import Action
    from workstation.actions.mouse import Mouse
    from workstation.app.entering import Entered
    from workstation.fetching.while_reading import WhileReading

# as long as for a grade of another program: a command after the other must not fail because the first is just ending
WAIT_FOR_WINDOW_S = 5.0


class Posting(Protocol):
    """What sends the answers of a copy while its room is open: `workstation.app.servers.posting`."""

    @property
    def why_not(self) -> str:
        """What the server refused, in a sentence."""

    @property
    def wants_password(self) -> bool:
        """Whether the server's password isn't known, or wasn't taken."""

    def can_keep(self) -> bool:
        """Whether this account has a key store for it."""

    def take_password(self, password: str, *, keep: bool) -> None:
        """Send with this one from now on."""

    def start(self) -> None:
        """Begin."""

    def saved(self, answers: int, signed: bool = False, /) -> None:
        """So many answers more are on this disk."""

    def line(self) -> str:
        """How far it is, in a few words."""

    def finish(self) -> str:
        """Try once more; what is left then, in a sentence."""


def enter(
    directory: Path,
    reader: str,
    lines: Iterable[bytes],
    acknowledge: Callable[[int], None],
    complain: Callable[[str], None],
    *,
    warn: Say,
    program: tuple[str, str, str] | None = None,
) -> Entered:
    """Commit grades from text lines; `complain` hears of lines, `warn` of the backup.

    program: name, version and SHA-256 of what gave them, if that is no person; needs the coordinator's study.
    """
    from storage.files.window_lock import sole_window
    from storage.study.reader import ReaderStudy
    from workstation.app import entering
    from workstation.app.backing_up import backed_up

    if program is not None:
        _note_program(directory, reader, program)
    with (
        codes_only(),
        sole_window(directory, WAIT_FOR_WINDOW_S),
        ReaderStudy.open(directory, reader) as study,
        backed_up(directory, study, warn),
    ):
        if program is None:
            _refuse_program(study)
        if warning := _told_at_opening(study):
            warn(warning)
        return entering.enter(study, lines, acknowledge, complain)


def enter_reports(
    directory: Path,
    reader: str,
    given: tuple[Sequence[Path], Path | None],
    acknowledge: Callable[[int], None],
    complain: Callable[[str], None],
    *,
    warn: Say,
    program: tuple[str, str, str],
) -> Entered:
    """Commit the grades of structured reports of a program, all of them or none. given: the files, and the mapping.

    `complain` hears of each report that can't be taken, in one line; then nothing is entered.
    """
    from storage.study.reader import ReaderStudy
    from workstation.app.coordinating import coordinating
    from workstation.app.entering import Entered, Refused
    from workstation.exchange.codes import codes_of
    from workstation.exchange.report_lines import lines_of, reports_of

    _refuse_without_vault(directory)
    with ReaderStudy.open(directory, reader) as study:
        scheme = study.scheme
    files, mapping = given
    codes = codes_of(scheme, mapping)
    with coordinating(directory) as study:
        reports, unread = reports_of(files, codes)
        lines, refused = lines_of(reports, scheme, study.images_of(reader))
        for why in (*unread, *refused):
            complain(why)
        if unread or refused:
            return Entered(0, tuple(Refused(number, why) for number, why in enumerate((*unread, *refused), 1)))
        study.note_program(reader, *program)
        study.note_reports(reader, [item.sha256 for item in reports], codes.sha256)
    if left := sorted({code for item in reports for code in item.unknown}):
        warn(f"Not taken, since the mapping doesn't name them: {', '.join(left[:10])}")
    return enter(directory, reader, lines, acknowledge, complain, warn=warn, program=program)


def _refuse_without_vault(directory: Path) -> None:
    from storage.files.layout import VAULT_FILE

    if not (directory / VAULT_FILE).exists():
        raise UsageRefused("--kind algorithm is for the coordinator's study: this copy has no vault.db")


def _note_program(directory: Path, reader: str, program: tuple[str, str, str]) -> None:
    from workstation.app.coordinating import coordinating

    _refuse_without_vault(directory)
    with coordinating(directory) as study:
        study.note_program(reader, *program)


def _refuse_program(study: ReaderStudy) -> None:
    if study.program is not None:
        raise UsageRefused(
            "This reader is a program, and its readings are shown to nobody: its grades come by "
            "`ramris enter --kind algorithm`"
        )


def is_sent(directory: Path) -> bool:
    """Whether what is read in this copy is sent to a server."""
    from storage.files.layout import SENT_FILE

    return (directory / SENT_FILE).is_file()


def read(
    directory: Path,
    reader: str,
    png: Path | None,
    say: Say,
    complain: Say,
    *,
    apart: WhileReading | None = None,
    posting: Posting | None = None,
) -> int:
    """Show the reading room until it is closed, or draw it to a picture.

    apart: brings images that lie apart. posting: sends what is read meanwhile.
    """
    with codes_only():
        return _read(directory, reader, png, (say, complain), (apart, posting))


def _read(
    directory: Path,
    reader: str,
    png: Path | None,
    speak: tuple[Say, Say],
    beside: tuple[WhileReading | None, Posting | None],
) -> int:
    from storage.files.window_lock import sole_window

    say, complain = speak
    need_libraries()
    # offscreen chosen by hand is a window that nobody sees, and is what was asked for
    if png is None and not (doctor.has_display(os.environ) or "QT_QPA_PLATFORM" in os.environ):
        raise EnvironmentLacks(
            "no display here, so no window can be shown. Run it on a desktop, or add --png FILE to draw the room"
        )
    with sole_window(directory):
        if png is None:
            return _in_a_window(directory, reader, complain, *beside)
        _draw(directory, reader, png, beside[0])
    say(f"The reading room was drawn to {png}")
    return 0


def _in_a_window(
    directory: Path, reader: str, complain: Say, apart: WhileReading | None, posting: Posting | None
) -> int:
    # nearly all that is made from here on stays; the window has it collected again when the room is there
    gc.disable()
    from storage.worklists.first_look import first_look
    from workstation.app.preferences import OwnFile
    from workstation.ui.reader.window.main_window import room_window

    own = OwnFile(reader, directory)
    with room_window(first_look(directory, reader), own.load().looks, apart) as window:
        # all that takes longer to import than the images to paint
        from storage.study.reader import ReaderStudy
        from workstation.app.backing_up import backed_up
        from workstation.app.keys import keys_and_mouse
        from workstation.ui.reader.window import launch

        actions, mouse = _keys(own.load().profile, complain)
        saved = None if posting is None else posting.saved
        with ReaderStudy.open(directory, reader) as study, backed_up(directory, study, complain, saved):
            _refuse_program(study)
            if posting is not None:
                posting.start()
            minutes = own.cover_minutes()
            warning, damage = _told_at_opening(study), partial(_damage, directory)
            status = launch.show(
                window,
                study,
                actions,
                warning,
                own,
                cover_minutes=minutes,
                damage=damage,
                save_sheet=partial(_save_sheet, study),
                calibration=partial(_beside_the_reference, study),
                mouse=mouse,
                keys_of=keys_and_mouse,
                posted=posting,
            )
    if posting is not None and (left := posting.finish()):
        complain(left)
    from workstation.app.starting import remember
    from workstation.starting.recent import Role

    # when it is closed, so that no reader waits for it
    remember(directory, Role.READER, reader)
    return status


def _keys(profile: str, complain: Say) -> tuple[tuple[Action, ...], Mouse]:
    """Of the profile that was chosen in the room, unless the user's own keys don't go with it any more."""
    from scoring.errors import TomlRefused
    from workstation.app.keys import keys_and_mouse

    try:
        return keys_and_mouse(profile)
    except TomlRefused as refused:
        if not profile:
            raise
        complain(f"{refused} (with the keys that were chosen in the room, which are left out)")
    return keys_and_mouse("")


def _damage(directory: Path) -> str | None:
    """What in study.db isn't as the program writes it, if anything. Loaded on a fault alone."""
    from storage.audit.diagnosis import of_study

    return of_study(directory)


def _save_sheet(study: ReaderStudy, case: str) -> str:
    # printing is imported when the first sheet is asked for
    from workstation.app.printing.sheets import save_sheet

    return save_sheet(study, case)


def _beside_the_reference(study: ReaderStudy, case: str) -> Stand | None:
    # nothing of it is imported before a case is signed in a study that is for learning
    if not study.calibrates():
        return None
    from storage.study.calibrating.result import standing_in

    return standing_in(study, case)


def _draw(directory: Path, reader: str, png: Path, apart: WhileReading | None) -> None:
    from storage.study.reader import ReaderStudy
    from workstation.ui.reader.window import launch

    if not doctor.has_display(os.environ):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    with ReaderStudy.open(directory, reader) as study:
        _refuse_program(study)
        launch.draw(study, png, apart)


def _told_at_opening(study: ReaderStudy) -> str:
    """What a reader must know before grading: an older copy in place, or a drive that can't be relied on."""
    from storage.files.drives import warning_for
    from storage.recovery import backup_heads
    from storage.recovery.backup import backups_of

    older = backup_heads.WARNING if study.holds_less_than(backups_of(study.path)) else ""
    return " ".join(filter(None, (older, warning_for(study.path))))
