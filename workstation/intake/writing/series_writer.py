"""A stack's new slices, blinded, into a staging folder, and the record that the index will have of the series."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from scoring.values import replace
from storage.index.pixel_digests import slice_digest
from storage.records import SeriesRecord, SliceRecord
from storage.vault.choices import NOTHING_CHOSEN, CurrentChoices
from storage.vault.vault import Source
from workstation.imaging.padding import padded
from workstation.intake.decisions.turned import Shown, wished
from workstation.intake.deidentify.blanking import Region, blanked, regions_of
from workstation.intake.deidentify.blind import Blinder, Disguise, NewIdentifiers
from workstation.intake.deidentify.held_series import Inspection
from workstation.intake.frames import Frame
from workstation.intake.headers.padding import together
from workstation.intake.pixels.intensity import Intensities
from workstation.intake.pixels.source import PixelSource, fingerprint
from workstation.intake.series.classify import Recognised
from workstation.intake.series.stacks import Stack
from workstation.intake.writing import images_folder
from workstation.intake.writing.indexing import along_mm, series_record


@dataclass(frozen=True, slots=True)
class Written:
    """A stack that is on disk and not yet in the index. along_mm: of each slice, sorted."""

    series: SeriesRecord
    sources: tuple[Source, ...]
    fingerprints: frozenset[str]
    along_mm: tuple[float, ...]
    inspection: Inspection


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be written: a stack, those of its frames that the study doesn't have, by new UID, and what it has."""

    code: str
    stack: Stack
    recognised: Recognised
    fresh: Mapping[str, Frame]
    old: SeriesRecord | None


class SeriesWriter:
    """Writes the series of one subject; what they share is made once."""

    def __init__(
        self,
        images: Path,
        subject: str,
        tools: tuple[PixelSource, Disguise, Blinder],
        wanted: tuple[Mapping[str, CurrentChoices], Shown],
    ) -> None:
        """wanted: what was decided of each series, by code, and how the study wants its pictures shown."""
        self._images = images
        self._subject = subject
        self._pixels, self._disguise, self._blinder = tools
        self._chosen, self._shown = wanted

    def slice_uid(self, frame: Frame) -> str:
        """The new SOPInstanceUID of a frame."""
        return self._disguise.uid("slice", frame.facts.sop_uid, str(frame.index))

    def blank(self, code: str) -> tuple[Region, ...]:
        """What of each slice of a series is to be empty."""
        return regions_of(self._chosen.get(code, NOTHING_CHOSEN).regions)

    def write(self, wanted: Wanted, staging: Path, cancelled: Callable[[], bool]) -> Written | None:
        """Write the fresh frames into the staging folder; None when none of them could be decoded.

        Raises:
            Cancelled: the staging folder isn't whole then.
            OSError: the disk didn't take it.
        """
        code, stack, old = wanted.code, wanted.stack, wanted.old
        chosen = self._chosen.get(code, NOTHING_CHOSEN)
        intensities, inspection = Intensities(), Inspection(stack, chosen)
        regions = self.blank(code)
        padding = together(*(frame.facts.layout.padding for frame in stack.frames), old.padding if old else ())
        slices: dict[SliceRecord, bytes] = {}
        sources, seen = [], set()
        wanted_ids = self._identifiers(wanted)
        pictures = self._pixels.ahead([frame for frame, _ in wanted_ids], cancelled)
        with images_folder.Writing() as writing, closing(pictures):
            for (frame, ids), picture in zip(wanted_ids, pictures, strict=True):
                if picture is None:
                    continue
                values = blanked(picture.values, regions)
                around = padded(values, padding)
                before = None if picture.before is None else blanked(picture.before, regions)
                inspection.add(values, intensities.add(values, around), around, before)
                blinded = self._blinder.blind(frame, values, ids)
                name = self._disguise.file_name("file", ids.slice_uid)
                writing.write(os.path.join(staging, name), blinded.parts)  # noqa: PTH118 - a Path for each slice takes longer
                item = SliceRecord(ids.slice_uid, f"{code}/{name}", blinded.pixel_offset, frame.position_mm)
                slices[item] = slice_digest(blinded.pixels)
                facts = frame.facts
                sources.append(Source(str(facts.path), facts.sop_uid, code, ids.slice_uid, picture.sha256, facts.stamp))
                seen.add(fingerprint(values) if regions else picture.fingerprint)
        if not slices:
            return None
        if old is not None:
            for item in old.slices:
                values = images_folder.stored(self._images, old, item)
                intensities.add(values, padded(values, padding))
                seen.add(fingerprint(values))
                slices[item] = slice_digest(values.data.cast("B"))
        kind = (old.kind, old.plane) if old else (chosen.kind or wanted.recognised.kind, wanted.recognised.plane)
        codes = code, self._frame_code(stack.frame_of_reference)
        series = series_record(stack, kind, codes, slices, (intensities, padding))
        if chosen.size is not None:
            series = replace(series, pixel_spacing_mm=(chosen.size, chosen.size))
        # a series that the study has stays as it is shown; what nobody has read follows later
        series = replace(series, turn=old.turn if old else wished(series, chosen, self._shown))
        along = tuple(along_mm(item.position_mm, stack.first.normal) for item in series.slices)
        return Written(series, tuple(sources), frozenset(seen), along, inspection)

    def _identifiers(self, wanted: Wanted) -> list[tuple[Frame, NewIdentifiers]]:
        """The new identifiers of each fresh frame, numbered along the normal, behind those that the study has.

        In the order of files: one with many frames is then read once, wherever they belong.
        """
        series_uid = self._disguise.uid("series", wanted.code)
        study_uid = cache(lambda old: self._disguise.uid("study", self._subject, old))
        original = wanted.stack.frame_of_reference
        frame_uid = self._disguise.uid("frame", original) if original else ""
        first = 1 + (len(wanted.old.slices) if wanted.old else 0)
        wanted_ids = [
            (
                frame,
                NewIdentifiers(uid, study_uid(frame.facts.study_uid), series_uid, frame_uid, at),
            )
            for at, (uid, frame) in enumerate(wanted.fresh.items(), start=first)
        ]
        return sorted(wanted_ids, key=lambda item: (str(item[0].facts.path), item[0].index))

    def _frame_code(self, original: str) -> str:
        return self._disguise.code("frame", original) if original else ""
