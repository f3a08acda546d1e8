"""Responses to treatment: which subjects changed, how far, and which beyond measurement error. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scoring.agreement.change import BeyondError, Response, beyond, response
from scoring.comparison.compare import TotalAgreement, complete
from scoring.comparison.grades import At, Grades
from scoring.schemes.scheme import Total, TotalCode


@dataclass(frozen=True, slots=True)
class TotalResponse:
    """Change of one total over the cases where both visits have it; `dropped` lack one.

    `sdc` is the smallest detectable change it is held against, with `sdc_n` cases behind it; None without re-reads.
    """

    total: Total
    response: Response
    dropped: int
    decreased: int
    same: int
    increased: int
    sdc: float | None
    sdc_n: int | None
    beyond: BeyondError | None


def responses(grades: Grades, compared: Sequence[TotalAgreement]) -> tuple[TotalResponse, ...]:
    """Response of every total.

    Args:
        grades: the readings that the study is about, one a case; further readings of a case are not used.
        compared: totals with their SDC, from re-reads or from several readers; may be empty.
    """
    known: Mapping[TotalCode, TotalAgreement] = {item.total.code: item for item in compared if item.at is At.CHANGE}
    return tuple(_of_total(grades, total, known.get(total.code)) for total in grades.scheme.totals)


def _of_total(grades: Grades, total: Total, compared: TotalAgreement | None) -> TotalResponse:
    change = complete(grades.of_total(total, At.CHANGE)[:, :1]).ravel()
    sdc = None if compared is None or compared.sdc is None else compared.sdc.sdc.estimate
    return TotalResponse(
        total=total,
        response=response(change),
        dropped=grades.cases - int(change.size),
        decreased=int((change < 0).sum()),
        same=int((change == 0).sum()),
        increased=int((change > 0).sum()),
        sdc=sdc,
        sdc_n=None if sdc is None or compared is None else compared.table.n,
        beyond=None if sdc is None else beyond(change, sdc),
    )
