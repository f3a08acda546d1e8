"""Shown visits: which of its subject's visits a case shows, by position, as its row says it. No SQL here.

A subject is a person, and answers count positions within the case: a scan alone has position 1, whichever visit of the
person it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec
from msgspec import Struct

from scoring.errors import AnswerRefused
from scoring.readings.reading import VISITS
from scoring.values import replace
from storage.records import VisitRecord

_DECODER: Final = msgspec.json.Decoder(tuple[int, ...])


class CaseVisits(Struct, frozen=True):
    """Visits of one case. numbers: those of the subject's that it shows, by position.

    there: the positions that have images. These alone are asked for. pair: both visits of the enrolment, where a case
    shows them; first: whether that is the subject's first one.
    """

    numbers: tuple[int, ...]
    there: tuple[int, ...]
    pair: tuple[int, ...] = ()
    first: bool = True

    @property
    def positions(self) -> tuple[int, ...]:
        """All positions of the case, also of a visit whose images aren't there."""
        return tuple(range(1, len(self.numbers) + 1))

    @property
    def shown(self) -> tuple[int, ...]:
        """The subject's visits that it shows and that have images."""
        return tuple(self.numbers[at - 1] for at in self.there)

    def in_pair(self, position: int) -> int:
        """Which of the two visits of its enrolment stands at a position: 1 the first one, 2 the second.

        A later enrolment of which there is one visit alone has its first one.
        """
        if len(self.numbers) > 1:
            return position
        number = self.numbers[position - 1]
        if number in self.pair:
            return self.pair.index(number) + 1
        return min(number, VISITS[-1]) if self.first else VISITS[0]

    def check(self, case: str, position: int) -> None:
        """Refuse an answer where the case has no images.

        Raises:
            AnswerRefused: one line with the case and the visits that it asks for.
        """
        if position in self.there:
            return
        asked = " and ".join(map(str, self.there))
        what = f"it asks for visit {asked} alone" if asked else "it has no images at all; the coordinator can say why"
        raise AnswerRefused(f"case {case} shows no visit {position}: {what}. Nothing was changed")


def decoded(text: str | None) -> tuple[int, ...]:
    """The subject's visits that a case shows, as its row says it; a row of before schema 12 says nothing."""
    return VISITS if text is None else _DECODER.decode(text)


def written(visits: Iterable[int]) -> str:
    """The inverse of `decoded`."""
    return msgspec.json.encode(tuple(visits)).decode()


def of_row(text: str | None, with_images: Iterable[int]) -> CaseVisits:
    """Of a case's row, and of the visits of its subject that have images."""
    there = frozenset(with_images)
    numbers = decoded(text)
    return CaseVisits(numbers, tuple(at for at, number in enumerate(numbers, 1) if number in there))


def in_positions(
    visits: Iterable[VisitRecord],
    numbers: tuple[int, ...],
    *,
    without_images: bool = False,
    planes: frozenset[str] | None = None,
) -> tuple[VisitRecord, ...]:
    """Those of a subject's visits that a case shows and that have images, each numbered by its position.

    without_images: all of them, and of none its images, which are another scheme's. planes: of the series that the
    reader is shown, None is every series.
    """
    if planes is not None and not without_images:
        visits = [
            replace(visit, series=tuple(series for series in visit.series if series.plane in planes))
            for visit in visits
        ]
    if without_images:
        there = {visit.number: VisitRecord(visit.number, ()) for visit in visits}
    else:
        there = {visit.number: visit for visit in visits if any(series.slices for series in visit.series)}
    return tuple(
        replace(there[number], number=position) for position, number in enumerate(numbers, 1) if number in there
    )
