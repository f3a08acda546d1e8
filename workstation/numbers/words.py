"""Words that figures have in common: numbers as people write them, counts, why there is nothing."""

from __future__ import annotations

import numpy as np

from scoring.comparison.grades import Array, At
from scoring.schemes.scheme import Scheme, Total
from workstation.numbers.choice import VISIT_WORDS


def score(value: float) -> str:
    """12, 12.5."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def signed(value: float) -> str:
    """+3, -1.25, 0."""
    text = score(abs(value))
    return text if text == "0" else f"{'-' if value < 0 else '+'}{text}"


def count_of(count: int, what: str) -> str:
    """1 case, 2 cases."""
    return f"{count} {what}{'' if count == 1 else 's'}"


def total_of(scheme: Scheme, code: str) -> Total:
    """The total of that code."""
    return next(total for total in scheme.totals if total.code == code)


def single_totals(scheme: Scheme) -> tuple[Total, ...]:
    """The totals of one feature; of a scheme without any, all."""
    return tuple(total for total in scheme.totals if len(total.features) == 1) or scheme.totals


def unknown(total: Total, at: At) -> str:
    """Why a total has no value in any case."""
    where = "a change" if at is At.CHANGE else f"a value at {VISIT_WORDS[at]}"
    return (
        f"{total.name} has {where} in no case: a total needs a grade at every site, and change needs both visits. "
        "Choose another feature (F) or visit (V)"
    )


def more_than_one_at(x: Array, y: Array) -> tuple[str, ...]:
    """How many points hide behind others, if any do."""
    hidden = x.size - len(np.unique(np.column_stack([x, y]), axis=0)) if x.size else 0
    return (
        (f"{count_of(hidden, 'point')} of the same values as others, drawn larger: Left and Right go through all",)
        if hidden
        else ()
    )
