"""Reconciling of index and images with what the coordinator chose. Doing it twice is doing it once.

A choice is in the vault before anything else changes; whatever stopped the rest, the next import finishes it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from scoring.schemes.modalities import XR, modality_of_plane
from scoring.values import replace
from storage.index.pixel_digests import series_digest, slice_digest
from storage.records import SeriesRecord, SubjectRecord
from storage.study.coordinator import CoordinatorStudy
from storage.vault.choices import (
    NOTHING_CHOSEN,
    OF_READ,
    About,
    Choice,
    CurrentChoices,
    Deed,
    HeldSeries,
    answers,
    current_choices,
)
from storage.vault.vault import SeriesIdentity, VisitIdentity
from workstation.imaging.padding import padded
from workstation.intake.decisions.plane import SeriesPlane, planes, seen_in
from workstation.intake.decisions.side import side_of, sides
from workstation.intake.decisions.size import spacing_mm
from workstation.intake.decisions.turned import Shown, wished
from workstation.intake.deidentify.blanking import Region, blanked, regions_of
from workstation.intake.pixels.intensity import Intensities
from workstation.intake.writing import images_folder
from workstation.intake.writing.indexing import subject_record
from workstation.intake.writing.rearranging import VisitOf, rearrange

OTHER = "OTHER"
TAKEN_BACK = "the coordinator took back that it may be read"


def converge(
    study: CoordinatorStudy,
    visit_of: VisitOf,
    visits: Mapping[str, Sequence[VisitIdentity]],
    shown: Shown,
    touched: Iterable[str] = (),
) -> None:
    """Bring every series of the study to what was decided of it, as `rearrange` and then each of its own.

    Subjects that were read, or of whom a reader has a copy, stay as they are, unless an answer was given to change
    them; its reason goes on the record.

    Args:
        study: open; the import lock is held.
        visit_of: see `rearrange`.
        visits: see `rearrange`.
        shown: how the study wants its pictures shown.
        touched: subjects that got series, beside those that something was decided of.
    """
    log = study.vault.choices.log()
    rearrange(study, visit_of, visits, log)
    identities = {item.code: item for item in study.vault.series()}
    about = [(_subject(row, identities), row) for row in log]
    changed = {subject: row.why for subject, row in about if row.value.get(OF_READ)}
    handed = study.subjects_handed()
    for code in sorted({*(subject for subject, _ in about), *touched} - {""}):
        subject = study.subject(code)
        read = study.has_answers(code) or code in handed
        if subject is not None and (not read or code in changed):
            _converge_subject(study, subject, (log, shown), identities, changed[code] if read else "")


def _subject(row: Choice, identities: Mapping[str, SeriesIdentity]) -> str:
    """The subject whose series an answer is about, "" of those about persons and visits, or taken back."""
    if row.about == About.SIDE:
        return row.what.partition(":")[2]
    if row.about == About.REMOVE:
        return str(row.value.get("subject", ""))
    return identities[row.series].subject if row.series in identities else ""


def _converge_subject(
    study: CoordinatorStudy,
    subject: SubjectRecord,
    wanted: tuple[Sequence[Choice], Shown],
    identities: Mapping[str, SeriesIdentity],
    why: str,
) -> None:
    """why: the reason for which a subject that was read changes; "" of one that nobody has read."""
    with ExitStack() as stagings:
        whole, emptied = _decided(study, subject, wanted, identities, (stagings, bool(why)))
        before = _series(subject)
        after = _series(whole)
        if whole != subject:
            study.replace_subject(whole, why=why)
        # behind the index: stopped between the two, the next import finds text in the files and empties them again
        for code, staging in emptied.items():
            images_folder.publish(staging, study.images, code)
    for code in before.keys() - after.keys():
        # the index names them no more, so nobody reads them while they go
        shutil.rmtree(study.images / code, ignore_errors=True)


def _series(subject: SubjectRecord) -> dict[str, SeriesRecord]:
    return {series.code: series for visit in subject.visits for series in visit.series}


def _decided(
    study: CoordinatorStudy,
    subject: SubjectRecord,
    wanted: tuple[Sequence[Choice], Shown],
    identities: Mapping[str, SeriesIdentity],
    how: tuple[ExitStack, bool],
) -> tuple[SubjectRecord, dict[str, Path]]:
    """The subject as it was decided, and for each series that has text to be emptied a folder with its new files.

    how: what these folders are entered into, and whether the subject has been read.
    """
    (log, shown), (stagings, read) = wanted, how
    chosen, side = current_choices(log), answers(log).get(About.SIDE.of(subject.code))
    before = {series.code: series for visit in subject.visits for series in visit.series}
    other = sides(subject.code, [side_of(identities[code]) for code in sorted(before)], side).other
    answered_turns = {row.series for row in log if row.about == About.TURNED}
    after: dict[str, SeriesRecord] = {}
    emptied: dict[str, Path] = {}
    for visit in subject.visits:
        told = planes([_plane(series, identities[series.code], chosen) for series in visit.series])
        for series in visit.series:
            wish = chosen.get(series.code, NOTHING_CHOSEN)
            if wish.pixels is Deed.REFUSE:
                study.vault.choices.hold(taken_back(series))
                continue
            kind = OTHER if series.code in other else wish.kind or recognised_kind(series, identities[series.code])
            plane, size = wish.plane or told[series.code].plane, spacing_mm(series, identities[series.code].facts, wish)
            decided = replace(series, kind=kind, plane=plane, pixel_spacing_mm=size)
            # of what has been read nothing turns but what was asked for
            if not read or series.code in answered_turns:
                decided = replace(decided, turn=wished(decided, wish, shown))
            regions = regions_of(wish.regions)
            if regions and _has_pixels(study.images, series, regions):
                emptied[series.code] = stagings.enter_context(images_folder.incoming(study.images))
                decided = _emptied(study.images, decided, regions, emptied[series.code])
            after[series.code] = decided
    return subject_record(subject.code, len(subject.visits), after, identities, side), emptied


def _plane(series: SeriesRecord, identity: SeriesIdentity, chosen: Mapping[str, CurrentChoices]) -> SeriesPlane:
    kind = chosen.get(series.code, NOTHING_CHOSEN).kind or recognised_kind(series, identity)
    return seen_in(identity, series.plane, read=kind != OTHER)


def recognised_kind(series: SeriesRecord, identity: SeriesIdentity) -> str:
    """What the series was recognised as; vaults of older programs don't say, and there the index does."""
    kind: str = identity.facts.get("recognised", series.kind)
    return kind


def withdraw(study: CoordinatorStudy, series: str, why: str = "") -> None:
    """Take a series out of the study; it waits for the coordinator. Does nothing where the study hasn't got it.

    why: the reason, where a reader has a copy with it.
    """
    identities = {item.code: item for item in study.vault.series()}
    subject = study.subject(identities[series].subject)
    if subject is None:
        return
    records = {item.code: item for visit in subject.visits for item in visit.series}
    gone = records.pop(series, None)
    if gone is not None:
        study.vault.choices.hold(taken_back(gone))
        late = why if study.readers_have(subject.code) else ""
        study.replace_subject(subject_record(subject.code, len(subject.visits), records, identities), why=late)
        shutil.rmtree(study.images / series, ignore_errors=True)


def taken_back(series: SeriesRecord) -> HeldSeries:
    """A series that was in the study, waiting again."""
    size = len(series.slices), series.rows, series.columns
    return HeldSeries(series.code, series.kind, series.plane, *size, (TAKEN_BACK,), ())


def _emptied(images: Path, series: SeriesRecord, regions: Sequence[Region], staging: Path) -> SeriesRecord:
    """The series with the regions empty in the files that it writes into the staging folder, a slice at a time."""
    intensities, digests = Intensities(), []
    for item in series.slices:
        values = blanked(images_folder.stored(images, series, item), regions)
        pixels = values.tobytes()
        whole = bytearray((images / item.file).read_bytes())
        whole[item.pixel_offset : item.pixel_offset + len(pixels)] = pixels
        images_folder.write(staging / Path(item.file).name, (bytes(whole),))
        intensities.add(values, padded(values, series.padding))
        digests.append(slice_digest(pixels))
    x_ray = modality_of_plane(series.plane) is XR
    # what the header of a radiograph asks for isn't changed by an area that is black
    low, high = (series.window_low, series.window_high) if x_ray else intensities.window
    return replace(
        series,
        minimum=intensities.minimum,
        maximum=intensities.maximum,
        window_low=low,
        window_high=high,
        pixels_sha256=series_digest(series.code, digests),
    )


def _has_pixels(images: Path, series: SeriesRecord, regions: Sequence[Region]) -> bool:
    return any(
        images_folder.stored(images, series, item)[
            region.row : region.row + region.rows, region.column : region.column + region.columns
        ].any()
        for item in series.slices
        for region in regions
    )
