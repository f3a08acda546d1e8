"""A coordinator at work on one study: commands in, states out; what is long runs on threads of its own. No Qt.

The state changes on the thread that `post` leads to, and nowhere else.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext, suppress
from contextvars import copy_context
from functools import partial
from pathlib import Path
from types import MappingProxyType

from scoring.errors import RamrisError
from scoring.values import replace
from storage.errors import StudyError
from storage.files.coordinator_lock import CoordinatorLock
from storage.files.record_url import holds_study
from storage.study.coordinator import CoordinatorStudy
from storage.vault import vault_passphrase
from workstation.intake.importing.border_review import see
from workstation.intake.importing.check_report import check_report
from workstation.intake.importing.removing import Removal, removal_of
from workstation.intake.report import Progress
from workstation.managing import commands as c
from workstation.managing import step as s
from workstation.managing.carrying_out import carry_out, told
from workstation.managing.damage import of_files
from workstation.managing.looking import look
from workstation.managing.meeting_board import Asking, Looking, Watch
from workstation.managing.state import ManagingState, Notice, Tone
from workstation.managing.study_tasks import Given, StudyTask, in_the_window
from workstation.managing.wording import title, with_complaints
from workstation.numbers.desk import Desk, about_adjudication, numbers_in
from workstation.runtime.faults import fault_line
from workstation.tasks.latest import Latest
from workstation.tasks.token import Token

# progress is told this often at most: more is seen by nobody, and would fill the queue of the window
TOLD_S = 0.05
TASKS_KEY = "Ctrl+K"
READS_ONLY = (
    "The study is open in another coordinator's window, so this one only reads. Close the other one to write here"
)
WRITES = "The other window was closed, so this one can write. What is shown is the study as it is now"
NONE_HERE = "There is no study here yet: make one first"
NOT_OPEN = "The study isn't open. F5 tries again, and asks for the passphrase where the identities have one"

Listener = Callable[[ManagingState, ManagingState], None]


class ManagingSession:
    """Opens the study itself once, and shares it between its threads: a store has a lock of its own.

    Args:
        folder: of the study.
        open_study: raises RamrisError when there is something that can't be opened.
        create_study: makes one there, as the command says.
        post: runs a function on the thread that owns the state, later.
        keep: called with the study after each piece of work and at the end, to keep copies of it; a line for each that
            failed.
        tasks: of the study, which the window offers.
        schemes: shipped ones that a new study may have, by name, in words.
        copies: asks the server where readers' copies meet.
    """

    def __init__(
        self,
        folder: Path,
        open_study: Callable[[], CoordinatorStudy],
        create_study: Callable[[c.CreateStudy], None],
        post: Callable[[Callable[[], None]], None],
        keep: Callable[[CoordinatorStudy], tuple[str, ...]] = lambda _: (),
        *,
        tasks: tuple[StudyTask, ...] = (),
        schemes: Mapping[str, str] = MappingProxyType({}),
        copies: Callable[[Asking], Looking] | None = None,
    ) -> None:
        self.folder = folder
        self.tasks = tasks
        self.schemes = schemes
        self._copies = copies
        self.state = ManagingState()
        self.study: CoordinatorStudy | None = None
        self._open_study = open_study
        self._create_study = create_study
        self._post = post
        self._keep = keep
        self._listeners: list[Listener] = []
        self._workers = ThreadPoolExecutor(max_workers=1, thread_name_prefix="managing")
        self._looks = Latest("looking", self.fault)
        self._token = Token()
        self._told_s = 0.0
        self._over = False
        self._lock = CoordinatorLock(folder)

    def listen(self, listener: Listener) -> None:
        """Call with (before, now) after each change."""
        self._listeners.append(listener)

    def start(self) -> None:
        """Open the study where there is one, and read it; again, when it couldn't be opened before."""
        if self.state.notice is not None:
            self._happened(s.Said(Notice("")))
        self._open()

    def _open(self) -> None:
        if not holds_study(self.folder):
            self._happened(s.NoStudy())
            return
        try:
            self.study = self._open_study()
        except RamrisError as refusal:
            self._happened(s.NoStudy(self._refused(refusal).text))
            return
        except Exception as error:  # noqa: BLE001 - as for `_tried`
            self._happened(s.NoStudy(self._told_of_fault(error).text))
            return
        self._happened(s.WindowAlone(self._lock.take()))
        self._look()

    def may_write(self) -> bool:
        """Whether this window may; a window that only reads tries again, and says what came of it."""
        if not self.state.reads_only:
            return True
        self.try_to_write()
        if self.state.reads_only:
            self._happened(s.Said(Notice(f"{READS_ONLY}. Nothing was changed", Tone.ATTENTION)))
        # what is on the screen may be old: the study is looked at first
        return False

    def try_to_write(self) -> None:
        """Write from now on if the other window was closed."""
        if self.state.reads_only and self.state.work is None and self._lock.take():
            self._happened(s.WindowAlone(alone=True))
            self._happened(s.Said(Notice(WRITES, Tone.DONE)))
            self._look()

    def dispatch(self, command: c.Command) -> None:
        """Do it, or say why not."""
        if isinstance(command, c.Stop):
            self._stop()
        elif self.state.work is not None:
            text = f"{self.state.work.title} is running: wait until it has ended, or stop it with Esc"
            self._happened(s.Said(Notice(text, Tone.ATTENTION)))
        elif isinstance(command, c.LookAgain):
            self._try_again()
        elif not (_only_reads(command) or self.may_write()):
            return
        elif isinstance(command, c.CreateStudy):
            self._create(command)
        elif isinstance(command, c.RunTask) and command.task.alone:
            self._work_alone(command)
        elif self.study is None:
            self._happened(s.Said(Notice(NONE_HERE if self.state.absent else NOT_OPEN, Tone.ATTENTION)))
        else:
            self._work(self.study, command)

    def _try_again(self) -> None:
        if self.study is None:
            self.start()
        else:
            self.try_to_write()
            self._look()

    def see_borders(self, series: Sequence[str], who: str) -> str:
        """Put down that somebody has seen the borders of these series; "" or why not. At once: the next ones wait."""
        if self.study is None:
            return "There is no study here"
        if self.state.reads_only:
            return READS_ONLY
        try:
            see(self.study, series, who)
        except RamrisError as refusal:
            return self._refused(refusal).text
        return ""

    def desk(self) -> Desk:
        """What the window of numbers asks of the study, which is open here."""

        def give(reader: str, two: tuple[str, str], keys: Sequence[str]) -> str:
            if self.state.reads_only:
                raise StudyError(READS_ONLY)
            cases = self._the_study().adjudicate_chosen(reader, two, keys)
            self._look()
            return about_adjudication(reader, len(cases))

        seen = partial(self.note_figures_seen, "window of numbers")
        return Desk(self.folder, lambda: numbers_in(self.folder, self.study), seen, give)

    def watch(self, changed: Callable[[], None]) -> Watch:
        """What asks the server where copies meet while somebody looks; `changed` is called when something came."""

        def connect(asking: Asking) -> Looking:
            if self._copies is None:
                raise StudyError("This window asks no server")
            return self._copies(asking)

        return Watch(connect, self._post, changed, self._in_words)

    def open_readings(self) -> int:
        """How many readings lack answers that may still be given."""
        return 0 if self.study is None else self.study.open_readings()

    def note_figures_seen(self, what: str, why: str) -> None:
        """Put on the record which figures are seen while cases are read, and why; raises RamrisError."""
        self._the_study().note_figures_seen(what, why)

    def _the_study(self) -> CoordinatorStudy:
        if self.study is None:
            raise StudyError("The study isn't open now: wait until the task has ended, then try again")
        return self.study

    def removals(self, names: Iterable[str]) -> tuple[Removal, ...]:
        """What removing each of these would mean, as the study is now; those that it doesn't have are left out."""
        found: list[Removal] = []
        study = self.study
        for name in names:
            with suppress(RamrisError):
                found += [] if study is None else [removal_of(study, name)]
        return tuple(found)

    def shutdown(self) -> None:
        """End everything that runs, at the next point where the study is whole, and let go of the study."""
        self._over = True
        self._token.cancel()
        self._looks.shutdown()
        self._workers.shutdown(wait=True)
        if self.study is not None:
            # whose borders were seen is put down at once, and copied with the rest of the day
            if not self.state.reads_only:
                self._kept(self.study)
            self.study.close()
            self.study = None
        self._lock.let_go()

    def _create(self, command: c.CreateStudy) -> None:
        try:
            self._create_study(command)
        except RamrisError as refusal:
            self._happened(s.Said(self._refused(refusal)))
            return
        with vault_passphrase.answered(command.passphrase) if command.passphrase else nullcontext():
            self.start()

    def _stop(self) -> None:
        if self.state.work is not None:
            self._token.cancel()
            self._happened(s.StopAsked())

    def _work(self, study: CoordinatorStudy, command: c.Command) -> None:
        self._token = token = Token()
        self._happened(s.WorkStarted(title(command), time.monotonic()))

        def run() -> None:
            notice = with_complaints(self._carried_out(study, command, token), self._kept(study))
            self._tell(lambda: self._ended(notice))

        self._workers.submit(copy_context().run, run)

    def _work_alone(self, command: c.RunTask) -> None:
        """Do what exchanges a file of the study: nothing of it is open meanwhile, also if it can't be opened at all."""
        self._token = token = Token()
        self._happened(s.WorkStarted(title(command), time.monotonic()))
        # a look may still be reading
        self._looks.shutdown()
        self._looks = Latest("looking", self.fault)
        study, self.study = self.study, None
        if study is not None:
            self._kept(study)
            study.close()

        def run() -> None:
            notice = self._carried_out(None, command, token)
            self._tell(lambda: self._ended_alone(notice))

        self._workers.submit(copy_context().run, run)

    def _ended_alone(self, notice: Notice) -> None:
        self._happened(s.WorkEnded(notice))
        self._open()

    def _carried_out(self, study: CoordinatorStudy | None, command: c.Command, token: Token) -> Notice:
        notice = self._tried(study, command, token)
        tasks = (command.task, *self.tasks) if isinstance(command, c.RunTask) else self.tasks
        words = (in_the_window(text, tasks, TASKS_KEY) for text in (notice.text, *notice.details))
        return replace(notice, text=next(words), details=tuple(words))

    def _tried(self, study: CoordinatorStudy | None, command: c.Command, token: Token) -> Notice:
        try:
            if isinstance(command, c.RunTask):
                return command.task.run(
                    Given(self.folder, study, command.values, told(self._progress), lambda: token.cancelled)
                )
            assert study is not None, "only a task may be without"  # noqa: S101 - for the type checker
            return carry_out(study, command, self._progress, lambda: token.cancelled)
        except RamrisError as refusal:
            return Notice(str(refusal), Tone.FAILED)
        except OSError as error:
            text = f"Stopped: {error.strerror}. What was finished is kept; free some space, then do it again"
            return Notice(text, Tone.FAILED)
        except Exception as error:  # noqa: BLE001 - it must not end the window, whatever it came of
            return self._told_of_fault(error)

    def _progress(self, progress: Progress) -> None:
        now = time.monotonic()
        if progress.done < progress.total and now - self._told_s < TOLD_S:
            return
        self._told_s = now
        self._tell(lambda: self._happened(s.WorkWentOn(progress, now)))

    def _ended(self, notice: Notice) -> None:
        self._happened(s.WorkEnded(notice))
        self._look()

    def _look(self) -> None:
        study = self.study
        if study is None or self._over:
            return

        def work(token: Token) -> None:
            try:
                seen = look(study)
                token.checkpoint()
                self._tell(lambda: self._seen(token, s.StudySeen(seen)))
                checked = check_report(study)
            except RamrisError as refusal:
                notice = self._refused(refusal)
                self._tell(lambda: self._seen(token, s.Said(notice)))
                return
            token.checkpoint()
            told = tuple(replace(item, text=self._in_words(item.text)) for item in checked.findings)
            said = replace(checked, findings=told)
            self._tell(lambda: self._seen(token, s.StudyChecked(told, said)))

        self._looks.start(work)

    def _seen(self, token: Token, happened: s.Happened) -> None:
        if not token.cancelled:
            self._happened(happened)

    def _tell(self, what: Callable[[], None]) -> None:
        if not self._over:
            self._post(what)

    def tell(self, line: str) -> None:
        """Show a line about what failed."""
        self._happened(s.Said(Notice(self._in_words(line), Tone.FAILED)))

    def fault(self, error: BaseException) -> None:
        """Tell, on any thread, of what nothing else has caught."""
        notice = self._told_of_fault(error)
        self._tell(lambda: self._happened(s.Said(notice)))

    def _refused(self, refusal: RamrisError) -> Notice:
        return Notice(self._in_words(str(refusal)), Tone.FAILED)

    def _in_words(self, text: str) -> str:
        return in_the_window(text, self.tasks, TASKS_KEY)

    def _kept(self, study: CoordinatorStudy) -> tuple[str, ...]:
        """Copies made, or a line for each that couldn't be: also where a file is no more what it was."""
        try:
            return tuple(map(self._in_words, self._keep(study)))
        except Exception as error:  # noqa: BLE001 - as for `_tried`
            return (self._told_of_fault(error).text,)

    def _told_of_fault(self, error: BaseException) -> Notice:
        """What in the files isn't as the program writes it; where all is, the fault is ours, and its place is told."""
        found = of_files([self.folder])
        if found is not None:
            return Notice(self._in_words(found), Tone.FAILED)
        code, location = fault_line(type(error), error.__traceback__)
        return Notice(f"Something failed inside the program (fault {code}, {location})", Tone.FAILED)

    def _happened(self, happened: s.Happened) -> None:
        before, self.state = self.state, s.step(self.state, happened)
        if self.state is not before and not self._over:
            for listener in self._listeners:
                listener(before, self.state)


def _only_reads(command: c.Command) -> bool:
    return isinstance(command, c.RunTask) and command.task.reads
