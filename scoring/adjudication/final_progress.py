"""Standing of final values: how many cases have theirs, which wait for a third reader, and readers' rates. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from scoring.adjudication.final_cases import FinalCase
from scoring.adjudication.performance import Performance, performances

_NAMED: Final = 12


class Standing(Struct, frozen=True):
    """cases: of all that were given as first readings. final: every site has its value. waits, lacking: by key.

    waits: for a third reader's answers; lacking: not two have read it to the end, or more than two count.
    """

    cases: int
    final: int
    waits: tuple[str, ...]
    lacking: tuple[str, ...]
    readers: tuple[Performance, ...]

    @property
    def line(self) -> str:
        """How far final values are, for the board."""
        told = f"Final values: {self.final} of {self.cases} cases"
        told += f"; {len(self.waits)} wait for a third reader: {_names(self.waits)}" if self.waits else ""
        return told + (f"; {len(self.lacking)} lack a finished reading" if self.lacking else "")

    def as_json(self) -> dict[str, object]:
        """The object that `ramris study final --json` prints."""
        return {
            "cases": self.cases,
            "final": self.final,
            "waits": list(self.waits),
            "lacking": list(self.lacking),
            "readers": [
                {
                    "reader": item.reader,
                    "compared": item.compared,
                    "to_third": item.to_third,
                    "adjudication_rate": item.adjudication_rate,
                    "done": item.done,
                    "against": item.against,
                    "disagreement_index": item.disagreement_index,
                }
                for item in self.readers
            ],
        }

    def as_board_json(self) -> dict[str, object]:
        """`final` of the object that `ramris study board --json` prints."""
        return {"cases": self.cases, "final": self.final, "waits": list(self.waits)}

    def as_text(self) -> list[str]:
        """Lines for people."""
        return [self.line, *(in_words(item) for item in self.readers)]


class NotCounted(Struct, frozen=True):
    """Final values while so many readings are open: which cases wait would tell where readers differ."""

    open: int

    @property
    def line(self) -> str:
        """Why there is no number, for the board."""
        readings = f"{self.open} reading{' lacks' if self.open == 1 else 's lack'} answers"
        return f"Final values: not counted while {readings}; `ramris study final --why TEXT` counts them"

    def as_board_json(self) -> dict[str, object]:
        """`final` of the object that `ramris study board --json` prints."""
        return {"cases": None, "final": None, "waits": None, "open": self.open}


def standing_of(cases: Sequence[FinalCase]) -> Standing:
    """Where final values stand."""
    waits = tuple(case.key for case in cases if case.waits)
    final = [case.key for case in cases if case.is_final]
    known = {*waits, *final}
    compared = (case.compared for case in cases)
    return Standing(
        len(cases),
        len(final),
        waits,
        tuple(case.key for case in cases if case.key not in known),
        performances(case for case in compared if case is not None),
    )


def joined(standings: Sequence[tuple[str, Standing]]) -> Standing:
    """Of several schemes, by their ids, as one; a case of any but the first one is named with its scheme."""

    def named(scheme_id: str, keys: Sequence[str]) -> tuple[str, ...]:
        first = scheme_id == standings[0][0]
        return tuple(key if first else f"{key} ({scheme_id})" for key in keys)

    return Standing(
        sum(found.cases for _, found in standings),
        sum(found.final for _, found in standings),
        tuple(key for name, found in standings for key in named(name, found.waits)),
        tuple(key for name, found in standings for key in named(name, found.lacking)),
        tuple(reader for _, found in standings for reader in found.readers),
    )


def in_words(of: Performance) -> str:
    """One reader in a line."""
    return (
        f"{of.reader}: {of.compared} cases compared, {of.to_third} for a third reader ({of.adjudication_rate:.0%}), "
        f"{of.done} read; the third sided with the other in {of.against} (disagreement index "
        f"{of.disagreement_index:.0%})"
    )


def _names(keys: Sequence[str]) -> str:
    more = f" and {len(keys) - _NAMED} more" if len(keys) > _NAMED else ""
    return ", ".join(keys[:_NAMED]) + more
