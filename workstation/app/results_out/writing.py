"""Results of signed readings as DICOM: for science by codes, for the archive identified, once the record says so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from workstation.app.progress import Progress
from workstation.errors import UsageRefused

if TYPE_CHECKING:
    from storage.exporting.results import Results
    from storage.study.coordinator import CoordinatorStudy
    from workstation.exchange.results_out.export import ExportedResults
    from workstation.exchange.results_out.sources import Original


def for_science(directory: Path, out: Path, reader: str, case: str, progress: Progress) -> ExportedResults:
    """Write what may leave, by codes alone, into the folder `out`; the vault stays shut."""
    from storage.exporting.results import results
    from storage.files.layout import IMAGES_FOLDER
    from workstation.exchange.results_out.export import SCIENCE, Job, check_folder, export_results
    from workstation.exchange.results_out.sources import ByCodes

    check_folder(directory, out)
    found = results(directory, reader, case)
    return export_results(Job(directory, out, found, ByCodes(directory / IMAGES_FOLDER), SCIENCE), progress)


def for_archive(directory: Path, out: Path, reader: str, case: str, progress: Progress, *, why: str) -> ExportedResults:
    """`archived` of a study that isn't open."""
    from workstation.app.coordinating import coordinating

    found = archivable(directory, out, reader, case)
    with coordinating(directory) as study:
        return archived(study, out, found, why, progress)


def archivable(directory: Path, out: Path, reader: str, case: str) -> Results:
    """What may leave for the archive, looked at before the vault is opened.

    Raises:
        UsageRefused: the order of visits is hidden, and the days in the archive would tell it while somebody reads.
    """
    from storage.exporting.results import results
    from workstation.exchange.results_out.export import check_folder

    check_folder(directory, out)
    found = results(directory, reader, case)
    if found.hidden and not found.locked:
        raise UsageRefused(
            "The order of visits is hidden in this study, and the archive knows their days: lock the study first, or "
            "export for science, with codes"
        )
    return found


def archived(study: CoordinatorStudy, out: Path, found: Results, why: str, progress: Progress) -> ExportedResults:
    """Write it as the archive knows people and examinations, once the record says why."""
    from storage.files.layout import IMAGES_FOLDER
    from workstation.exchange.results_out.export import ARCHIVE, Job, export_results
    from workstation.exchange.results_out.sources import Identified

    study.note_identified(why)
    sources = Identified(study.path / IMAGES_FOLDER, originals_of(study))
    return export_results(Job(study.path, out, found, sources, ARCHIVE), progress)


def originals_of(study: CoordinatorStudy) -> Mapping[str, Original]:
    """What the vault knows of each series, by its code."""
    from workstation.exchange.results_out.sources import Original

    files: dict[str, list[tuple[Path, str]]] = defaultdict(list)
    uids: dict[str, dict[str, str]] = defaultdict(dict)
    for source in study.vault.sources():
        files[source.series_code].append((Path(source.path), source.sha256))
        uids[source.series_code][source.slice_uid] = source.sop_uid
    found = {}
    for series in study.vault.series():
        known = files.get(series.code)
        if known:
            # a copy of a file elsewhere is as good
            file, sha256 = next((item for item in known if item[0].is_file()), known[0])
            found[series.code] = Original(file, sha256, series.series_uid, uids[series.code])
    return found


def lines_of(found: ExportedResults) -> tuple[str, ...]:
    """What there is now, and what was left out, for people."""
    from workstation.exchange.results_out.export import ARCHIVE
    from workstation.managing.counted import counted

    objects = ", ".join(f"{count} {modality}" for modality, count in found.objects.items())
    named = "identified: they name people" if found.way == ARCHIVE else "by codes alone"
    first = f"{counted(found.readings, 'signed reading')} in {found.out}: {objects}, {named}"
    return (first, *found.told, *(() if found.locked else ("The study isn't locked: this is no final export",)))
