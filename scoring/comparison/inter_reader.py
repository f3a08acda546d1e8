"""Agreement of several readers on the cases that all of them have read. Pure.

All readers together give the ICCs, the errors and the shares; what is of pairs (Bland-Altman, kappa, rho) is told for
each pair of readers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from scoring.agreement.errors import TableRefused
from scoring.agreement.estimates import checked_level
from scoring.agreement.resampling import Resampling
from scoring.comparison.compare import Agreements, agreements
from scoring.comparison.grades import CaseRead, Grades, grades_of
from scoring.comparison.shape import agreements_as_json
from scoring.comparison.warning import SITES_ARE_NOT_TOTALS, small_sample
from scoring.comparison.words import agreement_lines
from scoring.schemes.scheme import Scheme


@dataclass(frozen=True, slots=True)
class PairOfReaders:
    """Two of the readers, the second minus the first in every difference."""

    readers: tuple[str, str]
    found: Agreements


@dataclass(frozen=True, slots=True)
class InterReader:
    """Everything that is said about several readers; columns are the readers in their order.

    `pairs` is empty for two readers: `found` is their pair.
    """

    readers: tuple[str, ...]
    level: float
    cases: int
    found: Agreements
    pairs: tuple[PairOfReaders, ...]
    warnings: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """The object that `ramris agreement DIR --inter --json` prints: finite numbers and None alone."""
        return {
            "kind": "inter",
            "readers": list(self.readers),
            "level": self.level,
            "cases": self.cases,
            **agreements_as_json(self.found),
            "pairs": [{"readers": list(pair.readers), **agreements_as_json(pair.found)} for pair in self.pairs],
            "warnings": list(self.warnings),
        }


def inter_reader(
    scheme: Scheme,
    readers: Sequence[str],
    cases: Sequence[CaseRead],
    *,
    level: float,
    left_out: int = 0,
    resampling: Resampling | None = None,
) -> InterReader:
    """Agreement of all readers, and of each pair of them.

    Args:
        scheme: what the readings are on.
        readers: two or more, in the order of the readings of each case.
        cases: one or more, each read completely by all of them.
        level: of all intervals.
        left_out: how many cases not all of them have read completely; said in a warning.
        resampling: adds bootstrap intervals.

    Raises:
        TableRefused: fewer than two readers.
        LevelRefused: the level isn't a share between 0 and 1.
    """
    checked_level(level)
    if len(readers) < 2:  # noqa: PLR2004 - agreement is between two
        raise TableRefused("inter-reader agreement needs two readers or more; give --readers ID,ID")
    grades = grades_of(scheme, cases)
    found = agreements(grades, level=level, resampling=resampling)
    pairs = tuple(
        PairOfReaders((readers[a], readers[b]), agreements(_only(grades, a, b), level=level, resampling=resampling))
        for a, b in (combinations(range(len(readers)), 2) if len(readers) > 2 else ())  # noqa: PLR2004 - more than a pair
    )
    warnings = (*_not_read_by_all(len(cases), left_out), *small_sample(found.totals), SITES_ARE_NOT_TOTALS)
    return InterReader(tuple(readers), level, len(cases), found, pairs, warnings)


def _only(grades: Grades, first: int, second: int) -> Grades:
    return Grades(grades.scheme, grades.values[:, [first, second]])


def _not_read_by_all(cases: int, left_out: int) -> tuple[str, ...]:
    if not left_out:
        return ()
    warning = (
        f"{left_out} of {cases + left_out} cases {'is' if left_out == 1 else 'are'} not read completely by every "
        "reader, so left out; a reader who sees figures before the last case may grade differently afterwards"
    )
    return (warning,)


def as_text(found: InterReader) -> str:
    """All totals and features in plain lines, ending in a newline; the rest of the figures is in `as_json`."""
    cases = f"{found.cases} case{'' if found.cases == 1 else 's'} read by all"
    level = f"{100.0 * found.level:g} %"
    lines = [f"Inter-reader agreement of {', '.join(found.readers)}: {cases}, k = {len(found.readers)}, level {level}"]
    lines += [f"Warning: {warning}" for warning in found.warnings]
    lines += agreement_lines(found.found, found.level, f"{found.readers[1]} minus {found.readers[0]}")
    for pair in found.pairs:
        lines.append(f"Of this, {pair.readers[0]} and {pair.readers[1]}:")
        lines += agreement_lines(pair.found, found.level, f"{pair.readers[1]} minus {pair.readers[0]}")
    return "\n".join(lines) + "\n"
