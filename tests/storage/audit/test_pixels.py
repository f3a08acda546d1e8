"""The audit of the images by itself: what is held against the record, what isn't there, and what nobody can tell."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from scoring.values import replace
from storage.audit.pixels import PixelAudit, held_against
from storage.files.layout import IMAGES_FOLDER
from storage.index.pixel_digests import series_digest, slice_digest
from storage.records import SeriesRecord, VisitRecord
from tests.builders.studies import a_stack

# of a_stack: two slices of 4 x 5 pixels, 2 bytes each, behind a header
BYTES = 2 * 4 * 5 * 2

Subjects = Sequence[tuple[str, Sequence[VisitRecord]]]


def _lying(images: Path, series: SeriesRecord) -> SeriesRecord:
    """The series with its slices in the folder, and the digest of their pixels on it."""
    digests = []
    for number, item in enumerate(series.slices):
        pixels = bytes([number + 1]) * (BYTES // 2)
        file = images / item.file
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(bytes(item.pixel_offset) + pixels)
        digests.append(slice_digest(pixels))
    return replace(series, pixels_sha256=series_digest(series.code, digests))


def _two_visits(images: Path) -> Subjects:
    return [("S001", [VisitRecord(number, (_lying(images, a_stack(f"V{number}")),)) for number in (1, 2)])]


def test_every_series_that_holds_its_pixels_counts_and_nothing_else_is_said(tmp_path: Path) -> None:
    subjects, told = _two_visits(tmp_path / IMAGES_FOLDER), list[tuple[int, int, str]]()

    found = held_against(subjects, tmp_path / IMAGES_FOLDER, lambda *step: told.append(step))

    assert found == (PixelAudit(2, 0, 2 * BYTES), [])
    assert told == [(0, 2, "pixels"), (1, 2, "pixels")]


def test_a_series_of_before_pixels_were_on_the_record_is_told_as_unknown(tmp_path: Path) -> None:
    (code, (first, second)), *_ = _two_visits(tmp_path / IMAGES_FOLDER)
    old = replace(second, series=(replace(second.series[0], pixels_sha256=""),))

    found, bad = held_against([(code, [first, old])], tmp_path / IMAGES_FOLDER)

    assert (found, bad) == (PixelAudit(1, 1, BYTES), [])


def test_a_record_that_is_looked_at_alone_says_that_no_images_are_here_and_blames_none(tmp_path: Path) -> None:
    subjects = _two_visits(tmp_path / "elsewhere")

    found, bad = held_against(subjects, tmp_path / IMAGES_FOLDER)

    # nothing was read, so nothing is known of either series; none of them lies apart
    assert (found, bad) == (PixelAudit(0, 2, 0, here=False, apart=0), [])


def test_a_series_with_other_pixels_is_named_by_subject_visit_and_what_it_is(tmp_path: Path) -> None:
    subjects = _two_visits(tmp_path / IMAGES_FOLDER)
    file = tmp_path / IMAGES_FOLDER / "V2" / "1.dcm"
    file.write_bytes(file.read_bytes()[:-1] + b"\0")

    found, (bad,) = held_against(subjects, tmp_path / IMAGES_FOLDER)

    assert (found.series, found.bytes) == (2, BYTES)
    assert (bad.subject, bad.visit, bad.series) == ("S001", 2, "T1 AX V2")
    assert bad.why == "its pixels aren't those that were imported"
