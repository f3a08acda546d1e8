"""The plots of the report: Bland-Altman, cumulative probability of change, heat map of sites by pairs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from scoring.comparison.compare import Agreements, TotalAgreement, complete
from scoring.comparison.grades import OF_PAIRS, Array, At, Grades
from scoring.comparison.points import cumulative, from_better_to_worse, means_and_differences
from workstation.reporting.content import ChangeOf
from workstation.reporting.plot_style import (
    BLUE,
    FAINT,
    GREY,
    INK,
    LESS_TO_MORE,
    PAGE,
    VERMILION,
    a_figure,
    as_svg,
    zero_line,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

AT: Final = {At.BASELINE: "baseline", At.FOLLOW_UP: "follow-up", At.CHANGE: "change", At.SCAN: "scan"}
_ROW: Final = 1.42


def bland_altman_grid(found: Agreements, grades: Grades, difference: str, ats: Sequence[At] = OF_PAIRS) -> str:
    """Difference against mean of two readings: a row for each total, a column for each of `ats`."""
    totals = grades.scheme.totals
    with a_figure(_ROW * len(totals)) as figure:
        cells = figure.subplots(len(totals), len(ats), squeeze=False)
        by_total = {(item.total.code, item.at): item for item in found.totals}
        for row, total in enumerate(totals):
            for column, at in enumerate(ats):
                axes = cells[row][column]
                _bland_altman(axes, by_total[total.code, at], complete(grades.of_total(total, at)))
                axes.set_title(f"{total.code}, {AT[at]}")
                if column == 0:
                    axes.set_ylabel(difference)
                if row == len(totals) - 1:
                    axes.set_xlabel("Mean of both readings")
        return as_svg(figure)


def cumulative_change(change: ChangeOf) -> str:
    """Cumulative probability of change, with lines at plus and minus the SDC where it is known."""
    totals = change.grades.scheme.totals
    columns = 3
    rows = -(-len(totals) // columns)
    with a_figure(1.75 * rows) as figure:
        cells = list(figure.subplots(rows, columns, squeeze=False).flat)
        for axes, total, response in zip(cells, totals, change.responses, strict=False):
            found = change.change(total)
            order, share = cumulative(found)
            values = found[order]
            _cumulative(axes, values, share, response.sdc)
            axes.set_title(f"{total.code} (n = {values.size})")
            axes.set_xlabel("Change")
            axes.set_ylabel("Cumulative probability")
        for axes in cells[len(totals) :]:
            axes.set_axis_off()
        return as_svg(figure)


def site_heat_map(change: ChangeOf) -> str:
    """Change of each site (rows) in each pair (columns, from most improved to most worsened); crosses are missing."""
    scheme = change.grades.scheme
    order = from_better_to_worse(change.change(scheme.totals[-1]))
    names = [(feature.code, site.code) for feature in scheme.features for site in feature.sites]
    blocks = [change.grades.of_feature(feature.code, At.CHANGE)[order, 0].T for feature in scheme.features]
    values = np.concatenate(blocks)
    with a_figure(0.125 * len(names) + 0.7, PAGE) as figure:
        axes = figure.subplots()
        _heat(axes, values)
        axes.set_yticks(np.arange(len(names)) + 0.5, [site for _, site in names], fontsize=5.5)
        axes.tick_params(axis="y", length=0)
        _tell_features(axes, [(feature.code, len(feature.sites)) for feature in scheme.features], len(order))
        shown = [change.subjects[index] for index in order]
        step = max(1, -(-len(shown) // 30))
        axes.set_xticks(np.arange(0, len(shown), step) + 0.5, shown[::step], rotation=90, fontsize=5.0)
        axes.set_xlabel("Pairs, from most improved to most worsened in the last total of the scheme")
        limit = _limit(values)
        colours = axes.collections[0]
        bar = figure.colorbar(colours, ax=axes, shrink=0.35, aspect=14, pad=0.01, ticks=[-limit, 0, limit])
        bar.set_label("Change of grade")
        for solids in filter(None, [bar.solids]):
            solids.set_rasterized(rasterized=False)
        bar.outline.set_linewidth(0.4)
        return as_svg(figure)


def _bland_altman(axes: Axes, item: TotalAgreement, scores: Array) -> None:
    zero_line(axes)
    limits = item.table.differences
    if not scores.size:
        axes.text(0.5, 0.5, "no complete pair", transform=axes.transAxes, ha="center", color=GREY)
        return
    mean, apart = means_and_differences(scores)
    points, counts = np.unique(np.column_stack([mean, apart]), axis=0, return_counts=True)
    axes.scatter(
        points[:, 0], points[:, 1], s=14.0 * counts, color=BLUE, alpha=0.65, linewidths=0.4, edgecolors="white"
    )
    for value, style in ((limits.bias, "-"), (limits.lower_limit, "--"), (limits.upper_limit, "--")):
        if value.estimate is not None:
            axes.axhline(value.estimate, color=VERMILION, linewidth=0.8, linestyle=style)
    edges = [abs(limit.estimate or 0.0) for limit in (limits.lower_limit, limits.upper_limit)]
    reach = max(1.0, float(np.abs(apart).max()), *edges)
    axes.set_ylim(-1.2 * reach, 1.2 * reach)
    spread = max(1.0, float(np.ptp(mean)))
    axes.set_xlim(float(mean.min()) - 0.08 * spread, float(mean.max()) + 0.08 * spread)
    axes.locator_params(axis="y", nbins=5)
    axes.locator_params(axis="x", nbins=5)


def _cumulative(axes: Axes, values: Array, share: Array, sdc: float | None) -> None:
    zero_line(axes, upright=True)
    if not values.size:
        axes.text(0.5, 0.5, "no change known", transform=axes.transAxes, ha="center", color=GREY)
        return
    axes.plot(values, share, color=FAINT, linewidth=0.7, zorder=1)
    axes.scatter(values, share, s=8.0, color=BLUE, linewidths=0.0, zorder=2)
    reach = max(1.0, float(np.abs(values).max()), sdc or 0.0)
    if sdc is not None:
        for side in (-sdc, sdc):
            axes.axvline(side, color=VERMILION, linewidth=0.8, linestyle="--")
        axes.text(sdc, 0.03, f" SDC {sdc:.1f}", color=VERMILION, fontsize=6.0, va="bottom")
    axes.set_xlim(-1.25 * reach, 1.25 * reach)
    axes.set_ylim(0.0, 1.0)


def _heat(axes: Axes, values: Array) -> None:
    from matplotlib.colors import CenteredNorm  # noqa: PLC0415 - drawing alone needs it

    norm = CenteredNorm(0.0, halfrange=_limit(values))
    axes.pcolormesh(np.ma.masked_invalid(values), cmap=LESS_TO_MORE, norm=norm, edgecolors="white", linewidth=0.3)
    rows, columns = np.nonzero(~np.isfinite(values))
    axes.scatter(columns + 0.5, rows + 0.5, marker="x", s=4.0, color=GREY, linewidths=0.5)
    axes.set_xlim(0, values.shape[1])
    axes.set_ylim(values.shape[0], 0)
    for side in axes.spines.values():
        side.set_visible(False)


def _tell_features(axes: Axes, features: Sequence[tuple[str, int]], columns: int) -> None:
    """The code of each feature beside its rows, and a line between features."""
    start = 0
    for code, count in features:
        axes.text(
            -0.065,
            start + count / 2,
            code,
            transform=axes.get_yaxis_transform(),
            rotation=90,
            va="center",
            ha="right",
            fontweight="bold",
        )
        if start:
            axes.plot([0, columns], [start, start], color=INK, linewidth=0.6)
        start += count


def _limit(values: Array) -> float:
    found = np.abs(values[np.isfinite(values)])
    return max(1.0, float(found.max())) if found.size else 1.0
