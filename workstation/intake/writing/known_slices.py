"""Slices that a study has: which frames are new to it, and which it has under their UID with other pixels."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from storage.records import SeriesRecord
from storage.vault.vault import Source
from workstation.intake.deidentify.blanking import Region, blanked
from workstation.intake.frames import Frame
from workstation.intake.pixels.source import PixelSource, fingerprint
from workstation.intake.writing import images_folder


class KnownSlices:
    """The slices of one subject in the study.

    Args:
        images: the folder of the study's images.
        sources: new UID of a slice -> the files that it came from.
        pixels: of the frames.
        blank: series -> what is empty on each of its slices.
    """

    def __init__(
        self,
        images: Path,
        sources: Mapping[str, Sequence[Source]],
        pixels: PixelSource,
        blank: Callable[[str], Sequence[Region]],
    ) -> None:
        self._images = images
        self._sources = sources
        self._pixels = pixels
        self._blank = blank

    def compared(
        self, frames: Mapping[str, Frame], old: SeriesRecord | None
    ) -> tuple[Mapping[str, Frame], tuple[Frame, ...]]:
        """The frames, by new UID, that the study doesn't have, and those that it has with other pixels.

        Args:
            frames: of one series, by new UID.
            old: the series as the index has it, None where it is new.
        """
        if old is None:
            return frames, ()
        here = {item.uid for item in old.slices}
        changed = tuple(
            frames[item.uid]
            for item in old.slices
            if item.uid in frames
            and not self._is_same_file(item.uid, frames[item.uid])
            and self._fingerprint(frames[item.uid], old.code)
            != fingerprint(images_folder.stored(self._images, old, item))
        )
        return {uid: frame for uid, frame in frames.items() if uid not in here}, changed

    def are_the_files(self, frames: Mapping[str, Frame]) -> bool:
        """Whether each of these slices, by new UID, came from that very file."""
        return all(self._is_same_file(uid, frame) for uid, frame in frames.items() if uid in self._sources)

    def _fingerprint(self, frame: Frame, code: str) -> str | None:
        values = self._pixels.values(frame)
        return None if values is None else fingerprint(blanked(values, self._blank(code)))

    def _is_same_file(self, uid: str, frame: Frame) -> bool:
        """Whether that slice came from that very file: untouched since, or of the same bytes."""
        sources = self._sources.get(uid, ())
        facts = frame.facts
        if any(source.path == str(facts.path) and source.stamp == facts.stamp for source in sources):
            return True
        return any(source.sha256 == self._pixels.sha256(frame) for source in sources)
