"""All figures of one table of scores, and their shape for other programs. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from scoring.agreement.ac2 import Ac2, ac2
from scoring.agreement.anova import mean_squares
from scoring.agreement.bootstrap import Bootstrap, bootstrapped
from scoring.agreement.change import Response, response
from scoring.agreement.close import AgreementShares, agreement_shares
from scoring.agreement.differences import BlandAltman, bland_altman
from scoring.agreement.errors import TableRefused
from scoring.agreement.estimates import Estimate, Reason, Scores, checked_level
from scoring.agreement.icc import Icc, intraclass, no_intraclass
from scoring.agreement.kappa import Kappa, Weighting, weighted_kappa
from scoring.agreement.measurement_error import (
    MeasurementError,
    measurement_error,
    no_measurement_error,
    percent_of_maximum,
)
from scoring.agreement.rank import spearman
from scoring.agreement.resampling import Resampling
from scoring.agreement.scale import ScaleRange
from scoring.values import replace

# Squares and fourth powers of it stay finite and exact enough; no score is near it.
LARGEST = 1e12
# Below this an interval of an ICC is so wide that it needs saying.
FEW = 15


@dataclass(frozen=True, slots=True)
class TableAgreement:
    """All figures of a table of n complete rows by k columns; `dropped` rows had an empty cell.

    Bland-Altman, kappa and Spearman are of pairs: with k above 2 they are undefined (`needs_two_columns`).
    """

    n: int
    k: int
    level: float
    dropped: int
    scale: ScaleRange | None
    icc: tuple[Icc, ...]
    error: MeasurementError
    differences: BlandAltman
    kappa: Mapping[Weighting, Kappa]
    ac2: Mapping[Weighting, Ac2]
    spearman: Estimate
    shares: AgreementShares
    response: Response
    bootstrap: Bootstrap | None = None

    @property
    def few(self) -> bool:
        """Whether there are too few rows to lean on an interval."""
        return self.n < FEW

    def as_json(self) -> dict[str, object]:
        """The object that `ramris agreement --table --json` prints: finite numbers and None alone.

        `low` and `high` under `bland_altman` are the limits of agreement. What is undefined is None with a `reason`
        beside it; for the plain figures the reason is in `reasons`, there only when one of them is undefined.
        """
        plain: dict[str, tuple[float | None, Reason | None]] = {
            "sem": (self.error.sem.estimate, self.error.sem.reason),
            "sdd": (self.error.sdd.estimate, self.error.sdd.reason),
            "exact": (self.shares.exact, self.shares.reason),
            "close": (self.shares.close, self.shares.reason),
        }
        reasons = {name: str(reason) for name, (value, reason) in plain.items() if value is None and reason is not None}
        return {
            "n": self.n,
            "k": self.k,
            "level": self.level,
            "dropped": self.dropped,
            "icc": {icc.form.name: _icc_as_json(icc) for icc in self.icc},
            "sem": plain["sem"][0],
            "sdd": plain["sdd"][0],
            "bland_altman": _differences_as_json(self.differences),
            "kappa": {str(weighting): estimate_as_json(self.kappa[weighting].value) for weighting in Weighting},
            "spearman": estimate_as_json(self.spearman),
            "exact": plain["exact"][0],
            "close": plain["close"][0],
            "prevalence": self.shares.prevalence,
            "error": self._error_as_json(),
            "limits": {
                "bias": estimate_as_json(self.differences.bias),
                "lower": estimate_as_json(self.differences.lower_limit),
                "upper": estimate_as_json(self.differences.upper_limit),
            },
            "ac2": {str(weighting): estimate_as_json(self.ac2[weighting].value) for weighting in Weighting},
            "srm": response_as_json(self.response),
            **({"reasons": reasons} if reasons else {}),
            **({} if self.bootstrap is None else {"bootstrap": self.bootstrap.as_json()}),
        }

    def _error_as_json(self) -> dict[str, object]:
        """SEM, SDD and their kin, each with its formula, its interval and its share of the highest score."""
        maximum = None if self.scale is None else self.scale.maximum
        return {
            "sem": error_as_json(self.error.sem, "sqrt(MSE)", maximum),
            "sem_agreement": {
                "estimate": self.error.sem_agreement,
                "formula": "sqrt(MSE + max(0, (MSC - MSE)/n))",
            },
            "sdd": error_as_json(self.error.sdd, "1.96 sqrt2 SEM", maximum),
            "sdd_80": error_as_json(self.error.sdd_80, "1.28155 sqrt2 SEM", maximum),
            "repeatability": error_as_json(self.error.repeatability, "1.96 sqrt2 sqrt(MSW)", maximum),
        }


def agreement_of_table(
    rows: Sequence[Sequence[float | None]],
    *,
    level: float,
    scale: ScaleRange | None = None,
    resampling: Resampling | None = None,
) -> TableAgreement:
    """Every figure of a table.

    Args:
        rows: n x k, all of one length; None is a missing score, and its row is left out of everything and counted.
        level: of all intervals.
        scale: where it is known; scores must lie on it. Without it Gwet's AC2 is undefined, all else is the same.
        resampling: adds bootstrap intervals.

    Raises:
        TableRefused: rows of unequal length, fewer than two columns, a score off the scale or not finite.
        LevelRefused: the level isn't a share between 0 and 1.
    """
    checked_level(level)
    _columns(rows)
    for number, row in enumerate(rows, start=1):
        for column, score in enumerate(row, start=1):
            if score is not None:
                checked_score(score, scale, f"row {number}, column {column}")
    scores = np.array([[np.nan if score is None else score for score in row] for row in rows], dtype=np.float64)
    found = agreement_of_scores(scores, level=level, scale=scale)
    if resampling is None:
        return found
    (bootstrap,) = bootstrapped([scores], resampling, level=level)
    return replace(found, bootstrap=bootstrap)


def agreement_of_scores(scores: Scores, *, level: float, scale: ScaleRange | None) -> TableAgreement:
    """Every figure of scores that are known to be good: n x k, k at least 2, nan where a score is missing.

    Raises:
        LevelRefused: the level isn't a share between 0 and 1.
    """
    complete = scores[np.all(np.isfinite(scores), axis=1)]
    nothing = 0.0 if scale is None else scale.nothing
    iccs, error = _from_mean_squares(complete, level)
    return TableAgreement(
        n=complete.shape[0],
        k=complete.shape[1],
        level=level,
        dropped=scores.shape[0] - complete.shape[0],
        scale=scale,
        icc=iccs,
        error=error,
        differences=bland_altman(complete, level),
        kappa={item: weighted_kappa(complete, item, level=level, nothing=nothing) for item in Weighting},
        ac2={item: ac2(complete, item, scale, level=level) for item in Weighting},
        spearman=spearman(complete, level),
        shares=agreement_shares(complete, nothing=nothing),
        response=_response(complete),
    )


def _response(scores: Scores) -> Response:
    """How far the second column has moved from the first: sense where they are baseline and follow-up."""
    if scores.shape[1] != 2:  # noqa: PLR2004 - a pair
        return Response(scores.shape[0], None, None, None, Reason.NEEDS_TWO_COLUMNS)
    return response(scores[:, 1] - scores[:, 0])


def _from_mean_squares(scores: Scores, level: float) -> tuple[tuple[Icc, ...], MeasurementError]:
    if scores.shape[0] < 2:  # noqa: PLR2004 - a mean square needs a degree of freedom
        return no_intraclass(Reason.TOO_FEW), no_measurement_error(Reason.TOO_FEW)
    squares = mean_squares(scores)
    return intraclass(squares, level), measurement_error(squares, level)


def _columns(rows: Sequence[Sequence[float | None]]) -> int:
    if not rows:
        raise TableRefused("there are no rows of scores: give one row for each scan")
    k = len(rows[0])
    if k < 2:  # noqa: PLR2004 - a pair of readings
        raise TableRefused(f"there is {k} column of scores: agreement needs at least two, one for each reading")
    for number, row in enumerate(rows, start=1):
        if len(row) != k:
            raise TableRefused(
                f"row {number} has {len(row)} scores where row 1 has {k}: give every row the same number"
            )
    return k


def checked_score(score: float, scale: ScaleRange | None, where: str) -> float:
    """The score as given.

    Raises:
        TableRefused: not finite, beyond what squares can hold, or off the scale; the message begins with `where`.
    """
    if not math.isfinite(score) or abs(score) > LARGEST:
        raise TableRefused(f"{where}: {score:g} is no score: give a number from {-LARGEST:g} to {LARGEST:g}")
    if scale is not None and not scale.minimum <= score <= scale.maximum:
        raise TableRefused(
            f"{where}: {score:g} is not on the scale {scale.minimum:g} to {scale.maximum:g}: "
            "correct the score or the scale"
        )
    return score


def _icc_as_json(icc: Icc) -> dict[str, object]:
    value, test = icc.value, icc.test
    return {
        "estimate": value.estimate,
        "low": value.low,
        "high": value.high,
        "f": test.f,
        "df1": test.df1,
        "df2": test.df2,
        "p": test.p,
        "reason": _text(value.reason if value.reason is not None or test.f is not None else Reason.MSE_ZERO),
    }


def _differences_as_json(differences: BlandAltman) -> dict[str, object]:
    return {
        "bias": differences.bias.estimate,
        "sd": differences.sd,
        "low": differences.lower_limit.estimate,
        "high": differences.upper_limit.estimate,
        **({} if differences.reason is None else {"reason": str(differences.reason)}),
    }


def error_as_json(value: Estimate, formula: str, maximum: float | None) -> dict[str, object]:
    """An error in score units with its formula, and as a percentage of the highest score where that is known."""
    share = None if maximum is None or value.estimate is None or maximum <= 0.0 else value.estimate
    percent = None if share is None or maximum is None else percent_of_maximum(share, maximum)
    return {**estimate_as_json(value), "formula": formula, "percent_of_maximum": percent}


def response_as_json(found: Response) -> dict[str, object]:
    """Mean and SD of change and their ratio, with the reason where one is undefined."""
    reason = {} if found.reason is None else {"reason": str(found.reason)}
    return {"n": found.n, "estimate": found.srm, "mean_change": found.mean, "sd_change": found.sd, **reason}


def estimate_as_json(estimate: Estimate) -> dict[str, object]:
    """Estimate and limits, with the reason where one is None."""
    reason = {} if estimate.reason is None else {"reason": str(estimate.reason)}
    return {"estimate": estimate.estimate, "low": estimate.low, "high": estimate.high, **reason}


def _text(reason: Reason | None) -> str | None:
    return None if reason is None else str(reason)
