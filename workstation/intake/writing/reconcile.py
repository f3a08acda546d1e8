"""Reconciling of index and images with what the coordinator chose. Doing it twice is doing it once.

A choice is in the vault before anything else changes; whatever stopped the rest, the next import finishes it.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from scoring.values import replace
from storage.records import SeriesRecord, SubjectRecord
from storage.study.coordinator import CoordinatorStudy
from storage.vault.choices import OF_READ, CurrentChoices, Deed, HeldSeries, current_choices
from storage.vault.vault import SeriesIdentity, VisitIdentity
from workstation.intake.deidentify.blanking import Region, blanked, regions_of
from workstation.intake.pixels.intensity import Intensities
from workstation.intake.writing import images_folder
from workstation.intake.writing.indexing import subject_record
from workstation.intake.writing.rearranging import Places, rearrange

TAKEN_BACK = "the coordinator took back that it may be read"


def converge(study: CoordinatorStudy, places: Places, visits: Mapping[str, Sequence[VisitIdentity]]) -> None:
    """Bring every series of the study to what was decided of it, as `rearrange` and then each of its own.

    Subjects that were read stay as they are, unless an answer was given to change them; its reason goes on the record.
    """
    rearrange(study, places, visits)
    log = study.vault.choices.log()
    identities = {item.code: item for item in study.vault.series()} if log else {}
    about = [(identities[row.series].subject, row) for row in log if row.series in identities]
    changed = {subject: row.why for subject, row in about if row.value.get(OF_READ)}
    for code in sorted({subject for subject, _ in about}):
        subject = study.subject(code)
        read = study.has_answers(code)
        if subject is not None and (not read or code in changed):
            _converge_subject(study, subject, current_choices(log), identities, changed[code] if read else "")


def _converge_subject(
    study: CoordinatorStudy,
    subject: SubjectRecord,
    chosen: Mapping[str, CurrentChoices],
    identities: Mapping[str, SeriesIdentity],
    why: str,
) -> None:
    before = {series.code: series for visit in subject.visits for series in visit.series}
    after = {}
    for code, series in before.items():
        wish = chosen.get(code)
        if wish is None:
            after[code] = series
        elif wish.pixels is Deed.REFUSE:
            study.vault.choices.hold(taken_back(series))
        else:
            kind = wish.kind or recognised_kind(series, identities[code])
            after[code] = _with_blanks(study.images, replace(series, kind=kind), regions_of(wish.regions))
    if after != before:
        study.replace_subject(subject_record(subject.code, len(subject.visits), after, identities), why=why)
    for code in before.keys() - after.keys():
        # the index names them no more, so nobody reads them while they go
        shutil.rmtree(study.images / code, ignore_errors=True)


def recognised_kind(series: SeriesRecord, identity: SeriesIdentity) -> str:
    """What the series was recognised as; vaults of older programs don't say, and there the index does."""
    kind: str = identity.facts.get("recognised", series.kind)
    return kind


def withdraw(study: CoordinatorStudy, series: str) -> None:
    """Take a series out of the study; it waits for the coordinator. Does nothing where the study hasn't got it."""
    identities = {item.code: item for item in study.vault.series()}
    subject = study.subject(identities[series].subject)
    if subject is None:
        return
    records = {item.code: item for visit in subject.visits for item in visit.series}
    gone = records.pop(series, None)
    if gone is not None:
        study.vault.choices.hold(taken_back(gone))
        study.replace_subject(subject_record(subject.code, len(subject.visits), records, identities))
        shutil.rmtree(study.images / series, ignore_errors=True)


def taken_back(series: SeriesRecord) -> HeldSeries:
    """A series that was in the study, waiting again."""
    size = len(series.slices), series.rows, series.columns
    return HeldSeries(series.code, series.kind, series.plane, *size, (TAKEN_BACK,), ())


def _with_blanks(images: Path, series: SeriesRecord, regions: Sequence[Region]) -> SeriesRecord:
    """The series with the regions empty in its files, a slice at a time; as it is where they are empty already."""
    if not regions or not _has_pixels(images, series, regions):
        return series
    intensities = Intensities()
    with images_folder.incoming(images) as staging:
        for item in series.slices:
            values = blanked(images_folder.stored(images, series, item), regions)
            whole = bytearray((images / item.file).read_bytes())
            whole[item.pixel_offset : item.pixel_offset + values.nbytes] = values.tobytes()
            images_folder.write(staging / Path(item.file).name, (bytes(whole),))
            intensities.add(values)
        images_folder.publish(staging, images, series.code)
    low, high = intensities.window
    return replace(series, minimum=intensities.minimum, maximum=intensities.maximum, window_low=low, window_high=high)


def _has_pixels(images: Path, series: SeriesRecord, regions: Sequence[Region]) -> bool:
    return any(
        images_folder.stored(images, series, item)[
            region.row : region.row + region.rows, region.column : region.column + region.columns
        ].any()
        for item in series.slices
        for region in regions
    )
