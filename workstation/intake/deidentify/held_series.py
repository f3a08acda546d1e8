"""Series whose pixels may show a name: which are held back, why, and what is said of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from storage.vault.choices import NOTHING_CHOSEN, About, Choice, CurrentChoices, Deed, HeldSeries
from storage.vault.vault import SeriesIdentity
from workstation.imaging.padding import Mask
from workstation.intake.deidentify.blanking import Region, regions_of
from workstation.intake.pixels.decode import Stored
from workstation.intake.pixels.padding import darkened
from workstation.intake.series.likeness import Sample, Sampler
from workstation.intake.series.stacks import Stack

HEADER = "BurnedInAnnotation says that text is in the picture"
REFUSED = "the coordinator refused it"
HELD = "held back: text may be burned in"
# of most plates' readers and detectors, twice apart: a letter that one size misses the other finds
SIZES_OF_PLATES = ((0.1, 0.1), (0.2, 0.2))


@dataclass(frozen=True, slots=True)
class TextFound:
    """Why a series is held back, and where the text stands."""

    why: tuple[str, ...]
    regions: tuple[Region, ...]


class Inspection:
    """Looks at the slices of one series while they are written; what was released isn't looked at."""

    def __init__(self, stack: Stack, chosen: CurrentChoices) -> None:
        self._header = any(frame.facts.burned_in for frame in stack.frames)
        self._chosen = chosen
        released = chosen.pixels is Deed.RELEASE
        self._sampler = Sampler()
        self._inverted = stack.first.facts.layout.inverted
        # imported where pixels are looked at: SciPy takes longer than all that a command without pixels does
        from workstation.intake.deidentify.burned_in_text import TextSearch  # noqa: PLC0415
        from workstation.intake.deidentify.lead_marks import lead_marks_at  # noqa: PLC0415

        self._search = None if released else TextSearch(inverted=self._inverted)
        self._lead_marks = lead_marks_at
        x_ray = stack.first.facts.radiograph is not None and not released
        self._sizes = _sizes_mm(stack, chosen) if x_ray else ()
        self._lead: list[Region] = []
        self._blank = regions_of(chosen.regions)

    def add(
        self,
        values: Stored,
        counts: NDArray[np.int64] | None,
        padding: Mask | None,
        before: Stored | None = None,
    ) -> None:
        """One slice as it will be written, blanked regions and all; how often its values occur; where it is padding.

        before: its values before the table of a radiograph, blanked as well; None where there is no table.
        """
        self._sampler.add(values, padding)
        if self._blank:
            values, counts = self._without_the_blank(values), None
            before = None if before is None else self._without_the_blank(before)
        if self._sizes:
            # a table for the eye may make soft tissue as dark as air, so that bones look as if they lay alone, and all
            # that is bright one value, as letters of a console are
            plain = values if before is None else before
            self._lead += self._lead_marks(plain, self._sizes, inverted=self._inverted, blank=self._blank)
        if self._search is not None:
            self._search.add(values if padding is None else darkened(values, padding, inverted=self._inverted), counts)

    def _without_the_blank(self, values: Stored) -> Stored:
        """With what was blacked out as dark as the picture is anywhere: in MONOCHROME1 its 0 is white, so a mark."""
        dark = values.copy()
        for part in self._blank:
            within = slice(part.row, part.row + part.rows), slice(part.column, part.column + part.columns)
            dark[within] = values.max() if self._inverted else values.min()
        return dark

    def sample(self) -> Sample:
        """Points of the slices so far, to find one examination that came twice."""
        return self._sampler.sample()

    def found(self) -> TextFound | None:
        """Why the series must wait, or None. Blanking answers the header, but not text that still stands."""
        if self._search is None:
            return None
        regions = (*self._search.found(), *self._lead)
        blanked = self._chosen.pixels is Deed.BLANK
        why = [HEADER] if self._header and not blanked else []
        if regions:
            said = " and ".join(region.in_words() for region in regions)
            still = "more than the blacked out area: " if blanked else ""
            why.append(f"{still}text-like structures stand at {said} (row, column, rows, columns)")
        return TextFound(tuple(why), regions) if why else None


def waiting(
    held: Iterable[HeldSeries], chosen: Mapping[str, CurrentChoices], identities: Mapping[str, SeriesIdentity]
) -> tuple[tuple[HeldSeries, SeriesIdentity], ...]:
    """The held series that weren't refused, with who they belong to."""
    return tuple(
        (item, identities[item.series])
        for item in held
        if item.series in identities and chosen.get(item.series, NOTHING_CHOSEN).pixels is not Deed.REFUSE
    )


def reasons_with(choices: Sequence[Choice], reasons: Sequence[str]) -> tuple[str, ...]:
    """The reasons of a series: what the coordinator chose comes first."""
    return (*(_in_words(choice) for choice in reversed(choices)), *reasons)


def _in_words(choice: Choice) -> str:
    if choice.about == About.SIZE:
        return f"a pixel is {choice.answer} mm, chosen by the coordinator: {choice.why}"
    match choice.answer:
        case Deed.BLANK:
            where = " and ".join(region.in_words() for region in regions_of(choice.value["regions"]))
            said = f"blacked out by the coordinator at {where}"
        case Deed.RELEASE:
            said = "released by the coordinator"
        case "removed":
            said = "removed by the coordinator"
        case Deed.REFUSE:
            said = "refused by the coordinator"
        case answer:
            said = f"{answer} chosen by the coordinator"
    return f"{said}: {choice.why}"


def _sizes_mm(stack: Stack, chosen: CurrentChoices) -> tuple[tuple[float, float], ...]:
    """With which sizes of a radiograph's pixels letters of lead are looked for: more than one where none was said."""
    x_ray = stack.first.facts.radiograph
    if chosen.size is not None:
        return ((chosen.size, chosen.size),)
    if x_ray is None or x_ray.sized or x_ray.size_hints:
        return (stack.first.spacing_mm,)
    return SIZES_OF_PLATES
