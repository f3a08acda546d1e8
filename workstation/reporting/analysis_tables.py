"""CSV tables of an analysis: a row for each group and measure, each p with its method. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

Cells = dict[str, object]
_TEST: Final = ("statistic", "df", "p", "method", "reason")
_NUMBER: Final = ("n", "unknown", "median", "minimum", "maximum", "q1", "q3", "mean", "sd")
_ROW: Final = ("measure", "label", "at", "group", "category", *_NUMBER, "count", "percent", *_TEST)
_RHO: Final = ("measure", "label", "group", "n", "rho", "low", "high", "p", "method", "reason")
_MODEL: Final = ("model", "outcome", "n", "people", "without")
_TERM: Final = ("estimate", "standard_error", "low", "high", "t", "p")
ALL: Final = "ALL"


def csv_tables(shaped: Mapping[str, Any]) -> dict[str, bytes]:
    """Name -> content, of the object that `ramris analyse --json` prints."""
    return {
        "table_1.csv": _csv(_ROW, _rows(shaped["table_1"]["rows"])),
        "table_2.csv": _csv(_ROW, _rows(shaped["table_2"]["rows"])),
        "table_3.csv": _csv(_ROW, _rows(shaped["table_3"]["rows"])),
        "table_4.csv": _csv(_RHO, _correlations(shaped["table_4"])),
        "regressions.csv": _csv((*_MODEL, "term", *_TERM, "method", "reason"), _coefficients(shaped["regressions"])),
        "adjusted_means.csv": _csv((*_MODEL, "kind", "group", *_TERM, "method"), _means(shaped["regressions"])),
    }


def _rows(items: Sequence[Mapping[str, Any]]) -> Iterator[Cells]:
    """A row for each group and all; of counts one for each category. The test stands in each."""
    for item in items:
        same = {name: item[name] for name in ("measure", "label", "at", *_TEST)}
        for group in (*item["groups"], item["total"]):
            named = {**same, **{name: group[name] for name in _NUMBER if name in group}}
            named["group"] = group["group"] or ALL
            if "counts" not in group:
                yield named
                continue
            for category, count in group["counts"].items():
                yield {**named, "category": category, "count": count, "percent": group["percent"][category]}


def _correlations(items: Sequence[Mapping[str, Any]]) -> Iterator[Cells]:
    for item in items:
        rho = item["rho"]
        yield {
            **{name: item[name] for name in ("measure", "label", "n", "p", "method")},
            "group": item["group"] or ALL,
            "rho": rho["estimate"],
            "low": rho["low"],
            "high": rho["high"],
            "reason": rho.get("reason"),
        }


def _coefficients(models: Sequence[Mapping[str, Any]]) -> Iterator[Cells]:
    """A row for each term; of a model that isn't fitted one row, with the reason."""
    for model in models:
        for term in model["coefficients"] or ({"name": None},):
            cells = {name: value for name, value in term.items() if name != "name"}
            yield {**_model(model), "term": term["name"], **cells, "method": model["method"], "reason": model["reason"]}


def _means(models: Sequence[Mapping[str, Any]]) -> Iterator[Cells]:
    for model in models:
        for kind, part in (("MEAN", "adjusted_means"), ("DIFFERENCE", "differences")):
            for term in model[part]:
                cells = {name: value for name, value in term.items() if name != "name"}
                method = model["adjusted_means_method"]
                yield {**_model(model), "kind": kind, "group": term["name"], **cells, "method": method}


def _model(model: Mapping[str, Any]) -> Cells:
    same = {"model": model["id"], "outcome": model["outcome"], "without": " ".join(model["without"])}
    return {**same, "n": model["n"], "people": model["people"]}


def _csv(columns: Sequence[str], rows: Iterator[Cells]) -> bytes:
    """UTF-8, CRLF, an empty cell for None, as the export writes."""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=columns, lineterminator="\r\n", restval="")
    writer.writeheader()
    writer.writerows({name: "" if value is None else value for name, value in row.items()} for row in rows)
    return text.getvalue().encode()
