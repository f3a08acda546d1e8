"""Results of a reader in a calibration: ICC and bias of each total with the reference, and which gates are passed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from scoring.agreement.table import agreement_of_scores
from scoring.calibration.gates import Gates
from scoring.calibration.results import CalibrationResult, Measure
from scoring.comparison.compare import complete
from scoring.comparison.grades import OF_PAIRS, At, CaseRead, Grades, grades_of, scale_at
from scoring.schemes.scheme import Scheme, Total

# ICC(2,1): a reader who grades everything one higher must not pass
_ABSOLUTE: Final = "ICC(2,1)"


def standing(scheme: Scheme, cases: Sequence[CaseRead], gates: Gates, *, level: float) -> CalibrationResult:
    """Where a reader stands.

    Args:
        scheme: what the readings are on.
        cases: of each finished case two readings: the reader's, then the reference's. None is a standing, too.
        gates: what must be reached.
        level: of all intervals.

    Raises:
        LevelRefused: the level isn't a share between 0 and 1.
    """
    if not cases:
        return CalibrationResult(0, gates.least_cases, level, ())
    grades = grades_of(scheme, cases)
    measures = tuple(_measure(grades, total, at, gates, level) for total in scheme.totals for at in OF_PAIRS)
    kept = tuple(item for item in measures if item.n or item.above is not None)
    return CalibrationResult(len(cases), gates.least_cases, level, kept)


def _measure(grades: Grades, total: Total, at: At, gates: Gates, level: float) -> Measure:
    # the reference first: differences are the second column minus the first
    scores = complete(grades.of_total(total, at))[:, ::-1]
    found = agreement_of_scores(scores, level=level, scale=scale_at(total, at))
    (icc,) = (item.value for item in found.icc if item.form.name == _ABSOLUTE)
    return Measure(total, at, len(scores), icc, found.differences.bias, gates.above(total.code, at))
