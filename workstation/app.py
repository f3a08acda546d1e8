"""Where everything is joined: each command's work, with what it needs imported when it runs.

The imports stand inside the functions on purpose: `ramris enter` must not pay for Qt, and a process that shows the
reading room must never have loaded what knows identities. So `open` and `demo` import first and then start a new
process for the room, in which only the study folder is named.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from workstation import doctor
from workstation.errors import EnvironmentLacks, UsageRefused

if TYPE_CHECKING:
    from storage.records import Assignment
    from workstation.entering import Entered
    from workstation.intake.check_report import CheckReport
    from workstation.intake.report import ImportReport

Say = Callable[[str], None]
Progress = Callable[[int, int, str], None]

DATA_FOLDER_VARIABLE = "RAMRIS_DATA"
SOLE_READER = "reader"


def create_study(directory: Path, scheme: str, order: str) -> None:
    """Make an empty study; StudyExists when something is there."""
    from storage.coordinator import CoordinatorStudy
    from workstation.intake.study_protocol import PROTOCOL_FILE, shipped_text

    CoordinatorStudy.create(directory, scheme_id=scheme, order=order).close()
    (directory / PROTOCOL_FILE).write_text(shipped_text(), encoding="utf-8")


def add_to_study(directory: Path, paths: Sequence[Path], progress: Progress) -> ImportReport:
    """Import folders; Ctrl+C is a wish to stop, honoured between files."""
    from storage.coordinator import CoordinatorStudy
    from workstation.intake.importer import import_folders
    from workstation.interrupt import Interrupt

    with CoordinatorStudy.open(directory) as study, Interrupt() as interrupt:
        return import_folders(
            study,
            paths,
            progress=lambda step: progress(step.done, step.total, step.stage),
            cancelled=interrupt.asked,
        )


def check_study(directory: Path) -> CheckReport:
    """What each pair lacks; ProtocolInvalid when protocol.toml says something wrong."""
    from storage.coordinator import CoordinatorStudy
    from workstation.intake.check_report import check_report

    with CoordinatorStudy.open(directory) as study:
        return check_report(study)


def hand_over(directory: Path, out: Path) -> int:
    """Write the reader's copy; returns how many images it has."""
    from storage.hand_over import hand_over as copy

    return copy(directory, out)


def assign(directory: Path, reader: str, seed: int | None) -> tuple[Assignment, ...]:
    """Give every subject to a reader; those already given stay as they are."""
    from storage.coordinator import CoordinatorStudy

    with CoordinatorStudy.open(directory) as study:
        return study.assign(reader, seed)


def reread(directory: Path, reader: str, n: int, seed: int | None, after_days: int) -> tuple[Assignment, ...]:
    """Draw finished readings to be read again under new codes."""
    from storage.coordinator import CoordinatorStudy

    with CoordinatorStudy.open(directory) as study:
        return study.reread(reader, n, seed, after_days)


def enter(
    directory: Path,
    reader: str,
    lines: Iterable[bytes],
    acknowledge: Callable[[int], None],
    complain: Callable[[str], None],
) -> Entered:
    """Commit grades from text lines."""
    from storage.reader import ReaderStudy
    from workstation import entering

    with ReaderStudy.open(directory, reader) as study:
        return entering.enter(study, lines, acknowledge, complain)


def export(directory: Path, out: Path) -> tuple[Path, ...]:
    """Write the CSV files; returns their paths."""
    from storage.export import export_study

    return export_study(directory, out)


def audit(directory: Path) -> int:
    """How many events were verified; RecordDamaged names the first that doesn't fit."""
    from storage.journal import verify_record

    return verify_record(directory)


def agreement_of_table(path: Path, level: float, scale: str | None) -> tuple[dict[str, object], str]:
    """Agreement of a table of scores: (the JSON object, the lines for people)."""
    from scoring.agreement.reading_csv import read_table
    from scoring.agreement.scale import parse_scale
    from scoring.agreement.table import agreement_of_table as compute
    from scoring.agreement.words import as_text

    bounds = None if scale is None else parse_scale(scale)
    table = read_table(path, bounds)
    found = compute(table.rows, level=level, scale=bounds)
    return found.as_json(), as_text(found, table.columns)


def agreement_of_study(directory: Path, reader: str | None, level: float) -> tuple[dict[str, object], str]:
    """Agreement of a reader's first readings with the repeats: (the JSON object, the lines for people)."""
    from scoring.intra_reader import intra_reader
    from scoring.intra_reader_words import as_text
    from storage.repeats import finished_repeats

    repeats = finished_repeats(directory, reader)
    found = intra_reader(repeats.scheme, repeats.reader, repeats.pairs, level=level, unfinished=repeats.unfinished)
    return found.as_json(), as_text(found)


def phantom(
    out: Path,
    *,
    size: int,
    seed: int,
    subjects: int,
    progress: Progress,
    labels: bool = False,
    enhanced: bool = False,
    fault: str | None = None,
) -> None:
    """Write synthetic pairs; label maps, multi-frame files or a planted fault on request."""
    from workstation.phantom.study import Extras, write_study

    write_study(
        out,
        seed=seed,
        size=size,
        subjects=subjects,
        extras=Extras(labels, enhanced, fault),
        progress=lambda done, total: progress(done, total, "series"),
    )


def doctor_lines() -> list[str]:
    """What is missing here, a line each, and the one line that brings it; empty when nothing is."""
    found = doctor.lacks()
    lines = [f"missing: {lack.what}, for {lack.needed_for} (Debian: {lack.package})" for lack in found]
    return [*lines, f"Install with: sudo {doctor.apt_line(found)}"] if found else []


def read(directory: Path, reader: str, png: Path | None, say: Say) -> int:
    """Show the reading room until it is closed, or draw it to a picture."""
    from storage.reader import ReaderStudy

    _need_libraries()
    # offscreen chosen by hand is a window that nobody sees, and is what was asked for
    if png is None and not (doctor.has_display(os.environ) or "QT_QPA_PLATFORM" in os.environ):
        raise EnvironmentLacks(
            "no display here, so no window can be shown. Run it on a desktop, or add --png FILE to draw the room"
        )
    with ReaderStudy.open(directory, reader) as study:
        from workstation.ui.reader import launch

        if png is None:
            return launch.show(study)
        if not doctor.has_display(os.environ):
            os.environ["QT_QPA_PLATFORM"] = "offscreen"
        launch.draw(study, png)
    say(f"The reading room was drawn to {png}")
    return 0


def demo(png: Path | None, say: Say, progress: Progress) -> int:
    """The sample pair in a study of its own, which is resumed when it is there already."""
    _need_libraries()
    sample = _sample(say)
    return _into_the_room(data_folder() / f"demo-{_mark(sample)}", (sample,), png, say, progress)


def open_paths(paths: Sequence[Path], png: Path | None, say: Say, progress: Progress) -> int:
    """Any folders in a study of the user's own; the same folders lead to the same study again."""
    _need_libraries()
    for path in paths:
        if not path.exists():
            raise UsageRefused(f"{path}: no such file or folder. Give a folder that holds DICOM files")
    studies = data_folder() / "studies"
    found = _study_of(studies, paths)
    return _into_the_room(found or studies / secrets.token_hex(4), paths, png, say, progress)


def data_folder() -> Path:
    """Where the user's own studies lie; RAMRIS_DATA puts it elsewhere."""
    from platformdirs import user_data_path

    chosen = os.environ.get(DATA_FOLDER_VARIABLE)
    return Path(chosen) if chosen else user_data_path("ramris", appauthor=False)


def _into_the_room(study: Path, paths: Sequence[Path], png: Path | None, say: Say, progress: Progress) -> int:
    fresh = not (study / "study.db").exists()
    if fresh:
        create_study(study, "ramris-wrist", "known")
    report = add_to_study(study, paths, progress)
    for line in report.as_text():
        say(line)
    if not assign(study, SOLE_READER, None):
        if fresh:
            shutil.rmtree(study, ignore_errors=True)
        raise UsageRefused("no MR images were found in what was given. Give a folder that holds DICOM files of a wrist")
    if png is None and not doctor.has_display(os.environ):
        png = study / "room.png"
        say("There is no display here, so the reading room is drawn to a picture instead.")
    room = ["read", str(study), "--reader", SOLE_READER, *(["--png", str(png)] if png else [])]
    return _start_afresh(room)


def _start_afresh(arguments: Sequence[str]) -> int:
    """Run a command in a process that has loaded nothing of what this one knows."""
    command = [sys.executable, "-m", "workstation", *arguments]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(_import_path())}
    sys.stdout.flush()
    sys.stderr.flush()
    if sys.platform != "win32":
        # replaces this process with its memory and its argument list, which names the source folders
        os.execve(sys.executable, command, environment)  # noqa: S606 - ourselves, no shell wanted
    return subprocess.call(command, env=environment)  # noqa: S603 - ourselves


def _import_path() -> list[str]:
    here = str(Path(__file__).parents[1])
    return [here, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]


def _study_of(studies: Path, paths: Sequence[Path]) -> Path | None:
    from storage.coordinator import CoordinatorStudy

    wanted = {str(path.resolve()) for path in paths}
    for candidate in sorted(studies.glob("*/vault.db")):
        with CoordinatorStudy.open(candidate.parent) as study:
            if wanted <= set(study.vault.roots()):
                return candidate.parent
    return None


def _sample(say: Say) -> Path:
    """The sample pair of the repository; an installed program without one makes it."""
    beside = Path(__file__).parents[1] / "sample_dicom"
    if (beside / "truth.csv").exists():
        return beside
    from workstation.phantom.study import write_sample

    made = data_folder() / "sample_dicom"
    if not (made / "truth.csv").exists():
        say("Making the synthetic sample pair (once).")
        write_sample(made)
    return made


def _mark(sample: Path) -> str:
    import hashlib

    return hashlib.sha256((sample / "truth.csv").read_bytes()).hexdigest()[:8]


def _need_libraries() -> None:
    found = doctor.lacks()
    if found:
        raise EnvironmentLacks(doctor.in_words(found))
