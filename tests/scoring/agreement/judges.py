"""Reference numbers that other programs made; reference/reference.R and reference/ac2.py say how."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

REFERENCE = Path(__file__).parent / "reference"
LAST_DIGITS = 1e-9


def tables_by_r(part: str) -> list[Any]:
    """The tables for which R calculated that part, as parameters of a test."""
    return [pytest.param(item, id=item["name"]) for item in _read("r.json") if part in item]


def tables_by_irrcac() -> list[Any]:
    """The tables for which irrCAC calculated AC2, with their scores."""
    rows = {item["name"]: item["rows"] for item in _read("r.json")}
    return [pytest.param({**item, "rows": rows[item["name"]]}, id=item["name"]) for item in _read("ac2.json")]


def scores_of(item: dict[str, Any]) -> NDArray[np.float64]:
    """The scores, n x k."""
    return np.array(item["rows"], dtype=np.float64)


def same(value: float | None, expected: float | None) -> bool:
    """Equal to the last digits that matter; None only where None is expected."""
    if value is None or expected is None:
        return value is expected
    return value == pytest.approx(expected, rel=LAST_DIGITS, abs=LAST_DIGITS)


def _read(name: str) -> list[dict[str, Any]]:
    tables: list[dict[str, Any]] = json.loads((REFERENCE / name).read_text(encoding="utf-8"))
    return tables
