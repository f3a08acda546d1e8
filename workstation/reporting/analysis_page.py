"""The exploratory analysis as one HTML page with its scatter plot, and as CSV tables. Deterministic."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from scoring.analysis.analyse import Analysis
from scoring.analysis.changes import change_between
from scoring.analysis.cohort import Cohort
from scoring.analysis.correlating import POWER, SPEARMAN
from scoring.analysis.exported import Exported
from scoring.analysis.groups import CHI_SQUARE, FISHER, MEDIAN, MEDIAN_MANY
from scoring.analysis.regression import METHOD
from scoring.analysis.shape import as_json
from workstation.reporting.page import inline, number, of, percent, template_text
from workstation.reporting.plot_style import BLUE, GREEN, INK, SKY, VERMILION, a_figure, as_svg, zero_line

# A colour and a mark for each group, so that neither is needed alone
_LOOKS: Final = ((BLUE, "o"), (VERMILION, "^"), (GREEN, "s"), (INK, "D"), (SKY, "v"))
_SHORT: Final = {
    MEDIAN: "median test, z",
    MEDIAN_MANY: "median test, χ²",
    CHI_SQUARE: "χ² without Yates",
    FISHER: "Fisher",
}
_LABELS: Final = {
    "age": "age, years",
    "duration_years": "disease duration, years",
    "female": "female sex",
    "anti_ccp": "anti-CCP positive",
}
_AT: Final = {"": "", "V1": "baseline", "V2": "follow-up", "CHANGE": "change"}


def analysis_files(found: Analysis, cohort: Cohort, exported: Exported) -> dict[str, bytes]:
    """Name -> content of everything that is written."""
    shaped = as_json(found)
    return {
        "analysis.html": _page(found, cohort, exported).encode(),
        "analysis.json": (json.dumps(shaped, indent=1, allow_nan=False, ensure_ascii=False) + "\n").encode(),
        "tests.csv": _csv(_tests(shaped)),
        "correlations.csv": _csv(_correlations(shaped)),
        "regressions.csv": _csv(_regressions(shaped)),
    }


def scatter(cohort: Cohort) -> str:
    """Change in DAS28-CRP against change of each total, groups by colour and mark, with lines at the SDC."""
    activity = change_between(cohort.das28(1), cohort.das28(2))
    columns = 3
    rows = -(-len(cohort.totals) // columns)
    with a_figure(2.05 * rows) as figure:
        cells = list(figure.subplots(rows, columns, squeeze=False).flat)
        for axes, total in zip(cells, cohort.totals, strict=False):
            change = cohort.change(total.code)
            zero_line(axes)
            zero_line(axes, upright=True)
            for number, group in enumerate(cohort.groups):
                inside = cohort.in_group(group) & np.isfinite(activity) & np.isfinite(change)
                colour, mark = _LOOKS[number % len(_LOOKS)]
                axes.scatter(
                    activity[inside],
                    change[inside],
                    s=11,
                    color=colour,
                    marker=mark,
                    alpha=0.75,
                    linewidths=0,
                    label=group,
                )
            sdc = cohort.sdc.get(total.code)
            for side in () if sdc is None else (-sdc, sdc):
                axes.axhline(side, color=INK, linewidth=0.7, linestyle="--")
            known = change[np.isfinite(change)]
            reach = max(1.0, sdc or 0.0, float(np.abs(known).max()) if known.size else 0.0)
            axes.set_ylim(-1.15 * reach, 1.15 * reach)
            axes.set_title(f"{total.code} (n = {int((np.isfinite(activity) & np.isfinite(change)).sum())})")
            axes.set_xlabel("Change in DAS28-CRP")
            axes.set_ylabel("Change of total")
        for axes in cells[len(cohort.totals) :]:
            axes.set_axis_off()
        handles, labels = cells[0].get_legend_handles_labels()
        spare = cells[len(cohort.totals)] if len(cells) > len(cohort.totals) else cells[0]
        spare.legend(handles, labels, loc="upper left", title="Group", title_fontsize=7.0)
        return as_svg(figure)


def _page(found: Analysis, cohort: Cohort, exported: Exported) -> str:
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415 - only a page needs it
    from markupsafe import Markup  # noqa: PLC0415

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    environment.filters |= {"num": number, "percent": percent, "of": of, "p": _p}
    counts: dict[str, int] = {}

    def numbered(kind: str) -> str:
        counts[kind] = counts.get(kind, 0) + 1
        return f"{kind} {counts[kind]}"

    return environment.from_string(
        template_text("analysis.html.j2")
    ).render(
        found=found,
        exported=exported,
        groups=cohort.groups,
        last=cohort.totals[-1].code,
        level=f"{100.0 * found.level:g} %",
        at=_AT,
        style=Markup(template_text("screen.css")),  # noqa: S704 - our own file
        scatter=Markup(inline(scatter(cohort))),  # noqa: S704 - our own drawing
        number=numbered,
        label=lambda name: _LABELS.get(name, name),
        short=lambda method: _SHORT[method],
        regression=METHOD[0].upper() + METHOD[1:],
        methods=[item[0].upper() + item[1:] for item in (MEDIAN, CHI_SQUARE, FISHER, SPEARMAN, METHOD, POWER)],
    )


def _p(value: float | None) -> str:
    if value is None:
        return "–"  # noqa: RUF001 - a dash is meant
    return "< 0.0001" if value < 0.0001 else f"{value:.4f}"  # noqa: PLR2004 - four decimals are shown


Rows = list[dict[str, object]]


def _tests(shaped: Mapping[str, object]) -> Rows:
    rows: Rows = []
    for part in ("baseline", "measures", "directions", "beyond_sdc"):
        for item in _list(shaped[part]):
            rows.append({"part": part, **_test(item)})
    rows.append({"part": "eular_response", **_test(_dict(shaped["eular_response"]))})
    return rows


def _test(item: Mapping[str, object]) -> dict[str, object]:
    names = ("measure", "at", "statistic", "df", "p", "method", "reason")
    return {name: item.get(name) for name in names}


def _correlations(shaped: Mapping[str, object]) -> Rows:
    rows: Rows = []
    for item in _list(shaped["correlations"]):
        rho = _dict(item["rho"])
        rows.append(
            {
                "measure": item["measure"],
                "group": item["group"],
                "n": item["n"],
                "rho": rho["estimate"],
                "low": rho["low"],
                "high": rho["high"],
                "p": item["p"],
                "method": item["method"],
            }
        )
    return rows


def _regressions(shaped: Mapping[str, object]) -> Rows:
    return [
        {"measure": fit["measure"], "n": fit["n"], "people": fit["people"], **term, "method": fit["method"]}
        for fit in _list(shaped["regressions"])
        for term in _list(fit["coefficients"])
    ]


def _csv(rows: Sequence[Mapping[str, object]]) -> bytes:
    """UTF-8, CRLF, an empty cell for None, as the export writes."""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]) if rows else ["measure"], lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: "" if value is None else value for name, value in row.items()} for row in rows)
    return text.getvalue().encode()


def _list(value: object) -> list[dict[str, object]]:
    if not isinstance(value, list):
        raise TypeError(f"{value!r} is no list")
    return value


def _dict(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise TypeError(f"{value!r} is no table")
    return value
