"""The reading room on folders of anybody's; what identifies stays in the process before."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from scoring.schemes.folder import DEFAULT
from storage.files.locations import data_folder
from storage.files.record_url import holds_study
from workstation.app.process import need_libraries, own_environment, start_afresh
from workstation.app.progress import Progress, Say
from workstation.app.studies import add_to_study, assign_own, create_study
from workstation.errors import EnvironmentLacks, UsageRefused
from workstation.runtime import doctor, own_process

SOLE_READER = "reader"
SAMPLE = "sample_dicom"
TRUTH = "truth.csv"
# exit status: something waits for a person
FOUND = 1


def demo(png: Path | None, say: Say, progress: Progress) -> int:
    """The sample pair in a study of its own, which is resumed when it is there already."""
    need_libraries()
    sample = _sample()
    return _into_the_room(data_folder() / f"demo-{_mark(sample)}", (sample,), png, say, progress)


def open_paths(paths: Sequence[Path], png: Path | None, say: Say, progress: Progress) -> int:
    """Any folders in a study of the user's own; the same folders lead to the same study again."""
    need_libraries()
    for path in paths:
        if not path.exists():
            raise UsageRefused(f"{path}: no such file or folder. Give a folder that holds DICOM files")
    studies = data_folder() / "studies"
    found = _study_of(studies, paths)
    return _into_the_room(found or studies / secrets.token_hex(4), paths, png, say, progress)


def _into_the_room(study: Path, paths: Sequence[Path], png: Path | None, say: Say, progress: Progress) -> int:
    fresh = not holds_study(study)
    if fresh:
        create_study(study, DEFAULT, "known")
    report = add_to_study(study, paths, progress)
    for line in report.as_text():
        say(line)
    if report.cancelled:
        # as Ctrl+C anywhere else: the room of half a study isn't what was asked for
        raise KeyboardInterrupt
    if not assign_own(study, SOLE_READER):
        if report.held:
            return _after_a_look(study, len(report.held), png, say)
        if fresh:
            shutil.rmtree(study, ignore_errors=True)
        raise UsageRefused("no MR images were found in what was given. Give a folder that holds DICOM files of a wrist")
    return _room(study, png, say)


def _after_a_look(study: Path, held: int, png: Path | None, say: Say) -> int:
    """The room, once somebody has looked at what was held back and released it; where no window can be, how to."""
    series = "1 series is" if held == 1 else f"{held} series are"
    waits = f"Nothing can be read yet: {series} held back, as text in the picture may name somebody."
    if png is not None or not doctor.has_display(os.environ):
        say(f"{waits} Look and release with `ramris manage {study}` (key T), then give this command again")
        return FOUND
    say(f"{waits} They are shown now (key T): release what names nobody, and close the window to go on to the room")
    look = own_process.of_program(["manage", str(study.resolve())])
    subprocess.run(look, env=own_environment(), cwd=study, check=False)  # noqa: S603 - ourselves
    if assign_own(study, SOLE_READER):
        return _room(study, png, say)
    say("Nothing was released, so there is nothing to read. Give this command again to look once more")
    return FOUND


def _room(study: Path, png: Path | None, say: Say) -> int:
    if png is None and not doctor.has_display(os.environ):
        png = study / "room.png"
        say("There is no display here, so the reading room is drawn to a picture instead.")
    room = ["read", str(study.resolve()), "--reader", SOLE_READER, *(["--png", str(png.resolve())] if png else [])]
    return start_afresh(room, study)


def _study_of(studies: Path, paths: Sequence[Path]) -> Path | None:
    from storage.study.coordinator import CoordinatorStudy

    wanted = {str(path.resolve()) for path in paths}
    for candidate in sorted(studies.glob("*/vault.db")):
        with CoordinatorStudy.open(candidate.parent) as study:
            if wanted <= set(study.vault.roots()):
                return candidate.parent
    return None


def _sample() -> Path:
    """The sample pair: in the package where the program is installed, beside the packages in a checkout."""
    here = Path(__file__)
    candidates = (here.parents[1] / SAMPLE, here.parents[2] / SAMPLE)
    found = next((folder for folder in candidates if (folder / TRUTH).is_file()), None)
    if found is None:
        raise EnvironmentLacks(f"{SAMPLE} isn't there, which comes with the program. Install the program again")
    return found


def _mark(sample: Path) -> str:
    import hashlib

    return hashlib.sha256((sample / TRUTH).read_bytes()).hexdigest()[:8]
