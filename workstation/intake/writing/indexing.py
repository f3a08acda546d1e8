"""Records of the index made from written slices. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median

from scoring.schemes.modalities import MR, XR
from storage.index.pixel_digests import series_digest
from storage.records import SeriesRecord, SliceRecord, SubjectRecord, Vector3, VisitRecord
from storage.vault.choices import Choice
from storage.vault.vault import SeriesIdentity
from workstation.intake.decisions.side import side_of, sides
from workstation.intake.headers.padding import Ranges
from workstation.intake.pixels.decode import stored_dtype
from workstation.intake.pixels.intensity import Intensities
from workstation.intake.series.stacks import Stack, distances


def along_mm(position_mm: Vector3, normal: Vector3) -> float:
    """The position's projection on the normal."""
    return sum(position_mm[axis] * normal[axis] for axis in range(3))


def series_record(
    stack: Stack,
    kind: tuple[str, str],
    codes: tuple[str, str],
    slices: Mapping[SliceRecord, bytes],
    seen: tuple[Intensities, Ranges],
) -> SeriesRecord:
    """A series as the index holds it, slices ordered along the normal, lowest first.

    Args:
        stack: where geometry and pixel type come from.
        kind: of the series, and its plane.
        codes: of the series and of its frame of reference.
        slices: all of them, in any order, each with the digest of its pixels.
        seen: the intensities of all of them, and the padding that their headers name; nothing is taken for padding
            where nothing else would be left.
    """
    first, layout = stack.first, stack.first.facts.layout
    ordered = tuple(sorted(slices, key=lambda item: along_mm(item.position_mm, first.normal)))
    steps = distances(tuple(along_mm(item.position_mm, first.normal) for item in ordered))
    intensities, padding = seen
    low, high = (first.facts.radiograph and first.facts.radiograph.window) or intensities.window
    return SeriesRecord(
        code=codes[0],
        kind=kind[0],
        plane=kind[1],
        frame=codes[1],
        rows=layout.rows,
        columns=layout.columns,
        pixel_spacing_mm=first.spacing_mm,
        slice_spacing_mm=median(steps) if steps else None,
        orientation=first.orientation,
        dtype=stored_dtype(layout).name,
        inverted=layout.inverted,
        minimum=intensities.minimum,
        maximum=intensities.maximum,
        window_low=low,
        window_high=high,
        slices=ordered,
        pixels_sha256=series_digest(codes[0], [slices[item] for item in ordered]),
        padding=() if intensities.is_padding_alone else padding,
    )


def subject_record(
    code: str,
    visits: int,
    series: Mapping[str, SeriesRecord],
    identities: Mapping[str, SeriesIdentity],
    side: Choice | None = None,
) -> SubjectRecord:
    """All series of a subject under the visits that the vault knows them by, each visit in the order of the protocol.

    Args:
        code: of the subject.
        visits: how many there are.
        series: by code.
        identities: of at least these series, by code.
        side: the coordinator's answer to which wrist it is.
    """
    found = []
    shown = sides(code, [side_of(identities[item]) for item in sorted(series)], side).by_visit
    for number in range(1, visits + 1):
        mine = [item for item in series.values() if identities[item.code].visit == number]
        found.append(VisitRecord(number, _ordered(mine), shown.get(number, "")))
    return SubjectRecord(code, tuple(found))


def _ordered(series: Sequence[SeriesRecord]) -> tuple[SeriesRecord, ...]:
    kinds = (*MR.kinds, *XR.kinds, "OTHER")
    return tuple(sorted(series, key=lambda item: (kinds.index(item.kind), item.plane, item.code)))
