"""The exploratory analysis as one HTML page with its scatter plot, and as CSV tables. Deterministic."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

import numpy as np

from scoring.analysis.analyse import Analysis
from scoring.analysis.cohort import Cohort
from scoring.analysis.correlating import POWER, SPEARMAN
from scoring.analysis.disease_activity import FORMS
from scoring.analysis.exported import Exported
from scoring.analysis.groups import CHI_SQUARE, FISHER, MEDIAN
from scoring.analysis.models import ADJUSTED
from scoring.analysis.participants import outcome_of, participants_of
from scoring.analysis.regression import METHOD
from scoring.analysis.shape import as_json
from workstation.reporting.analysis_lines import coefficient, lines_of, p_value
from workstation.reporting.analysis_tables import csv_tables
from workstation.reporting.change_figure import change_plot, letters, pointed_at
from workstation.reporting.flow_figure import flow_diagram
from workstation.reporting.page import inline, number, percent, template_text
from workstation.reporting.plot_style import BLUE, GREEN, INK, SKY, VERMILION, a_figure, as_svg, zero_line
from workstation.reporting.vector_files import Drawing

# A colour and a mark for each group, so that neither is needed alone
_LOOKS: Final = ((BLUE, "o"), (VERMILION, "^"), (GREEN, "s"), (INK, "D"), (SKY, "v"))


def analysis_files(found: Analysis, cohort: Cohort, exported: Sequence[Exported]) -> dict[str, bytes]:
    """Name -> content of everything that is written."""
    shaped = as_json(found, cohort.plan)
    flow = flow_diagram(participants_of(cohort))
    change = change_plot(cohort) if cohort.has(cohort.plan.change_in) else None
    return {
        "analysis.html": _page(found, cohort, exported, flow, change).encode(),
        "analysis.json": (json.dumps(shaped, indent=1, allow_nan=False, ensure_ascii=False) + "\n").encode(),
        **csv_tables(shaped),
        **flow.files("figure_1"),
        **({} if change is None else change.files("figure_2")),
    }


def scatter(cohort: Cohort) -> str:
    """Change in disease activity against change of each total, groups by colour and mark, with lines at the SDC."""
    of = cohort.plan.change_in
    activity = cohort.change(of)
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
            axes.set_xlabel(f"Change in {cohort.label(of)}")
            axes.set_ylabel("Change of total")
        for axes in cells[len(cohort.totals) :]:
            axes.set_axis_off()
        handles, labels = cells[0].get_legend_handles_labels()
        spare = cells[len(cohort.totals)] if len(cells) > len(cohort.totals) else cells[0]
        spare.legend(handles, labels, loc="upper left", title="Group", title_fontsize=7.0)
        return as_svg(figure)


def _page(found: Analysis, cohort: Cohort, exported: Sequence[Exported], flow: Drawing, change: Drawing | None) -> str:
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415 - only a page needs it
    from markupsafe import Markup  # noqa: PLC0415

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    environment.filters |= {"num": number, "percent": percent, "p": p_value, "coef": coefficient}
    counts: dict[str, int] = {}

    def numbered(kind: str) -> str:
        counts[kind] = counts.get(kind, 0) + 1
        return f"{kind} {counts[kind]}"

    return environment.from_string(
        template_text("analysis.html.j2")
    ).render(
        found=found,
        plan=cohort.plan,
        exported=exported,
        groups=cohort.groups,
        level=f"{100.0 * found.level:g} %",
        lines_of=lines_of,
        style=Markup(template_text("screen.css")),  # noqa: S704 - our own file
        flow_diagram=Markup(inline(flow.svg)),  # noqa: S704 - our own drawing
        change_plot=Markup(inline(change.svg)) if change else None,  # noqa: S704 - our own drawing
        letters=list(zip(letters(cohort.groups), cohort.groups, strict=True)),
        outcome=cohort.label(outcome_of(cohort)),
        pointed_at=pointed_at(cohort),
        scatter=Markup(inline(scatter(cohort))) if cohort.has(cohort.plan.change_in) else None,  # noqa: S704 - our own
        number=numbered,
        regression=METHOD[0].upper() + METHOD[1:],
        methods=[
            item[0].upper() + item[1:] for item in (MEDIAN, CHI_SQUARE, FISHER, SPEARMAN, METHOD, ADJUSTED, POWER)
        ],
        formulas=[
            f"{cohort.label(variable.id)}, where the file has its components and no column: "
            f"{FORMS[variable.formula].words}"
            for variable in cohort.plan.variables.values()
            if variable.formula and cohort.has(variable.id)
        ],
    )
