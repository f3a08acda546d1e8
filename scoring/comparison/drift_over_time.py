"""Drift of a reader: the hidden repeats in their order, each total against its first reading. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from scoring.comparison.intra_reader import ReadTwice
from scoring.readings.reading import VISITS
from scoring.readings.strict_totals import total
from scoring.schemes.scheme import Scheme


@dataclass(frozen=True, slots=True)
class Repeat:
    """One hidden repeat: when it was read, and repeat minus first of each total, by (code, visit).

    A difference is None where one of the two totals is missing by the strict rule.
    """

    subject: str
    at_utc: str
    differences: tuple[tuple[str, int, Decimal | None], ...]

    def as_json(self) -> dict[str, object]:
        """One entry of `repeats` in `ramris agreement --drift --json`."""
        told = [
            {"total": code, "visit": visit, "difference": None if value is None else float(value)}
            for code, visit, value in self.differences
        ]
        return {"subject": self.subject, "at_utc": self.at_utc, "differences": told}


def repeats_over_time(scheme: Scheme, pairs: Sequence[ReadTwice]) -> tuple[Repeat, ...]:
    """Each pair in the order in which the repeats were begun."""
    ordered = sorted(pairs, key=lambda pair: pair.repeat_at_utc)
    return tuple(Repeat(pair.subject, pair.repeat_at_utc, _differences(scheme, pair)) for pair in ordered)


def _differences(scheme: Scheme, pair: ReadTwice) -> tuple[tuple[str, int, Decimal | None], ...]:
    found = []
    for declared in scheme.totals:
        for visit in VISITS:
            before, after = (total(scheme, it, declared.code, visit).value for it in (pair.first, pair.repeat))
            difference = None if before is None or after is None else after - before
            found.append((str(declared.code), visit, difference))
    return tuple(found)


def as_text(found: Sequence[Repeat]) -> str:
    """A table: a line a repeat, a column a total at a visit; a trend downwards or upwards is drift."""
    names = [f"{code} {visit}" for code, visit, _ in found[0].differences] if found else []
    lines = ["", "Repeats in the order in which they were read; repeat minus first of each total at visits 1 and 2:"]
    lines.append(f"  {'read on':<12}{'subject':<14}" + "".join(f"{name:>10}" for name in names))
    for item in found:
        cells = "".join(f"{_cell(value):>10}" for _, _, value in item.differences)
        lines.append(f"  {item.at_utc[:10]:<12}{item.subject:<14}{cells}")
    return "\n".join(lines) + "\n"


def _cell(value: Decimal | None) -> str:
    if value is None:
        return "-"
    return f"{value:+}" if value else "0"
