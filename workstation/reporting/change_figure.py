"""Change of the outcome against change in disease activity: a letter for each group, an arrow at each named outlier."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, Final

import numpy as np

from scoring.analysis.cohort import Cohort, Vector
from scoring.analysis.participants import outcome_of
from workstation.reporting.plot_style import BLUE, GREEN, INK, SKY, VERMILION, zero_line
from workstation.reporting.vector_files import Drawing, drawn

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# in inches
_WIDTH: Final = 5.2
_HEIGHT: Final = 4.4
_COLOURS: Final = (BLUE, VERMILION, GREEN, INK, SKY)


def letters(groups: tuple[str, ...]) -> tuple[str, ...]:
    """A letter for each group: the first of its name where they all differ, else A, B, C ..."""
    firsts = tuple(group[:1].upper() for group in groups)
    if len(set(firsts)) == len(groups) and all(first.isascii() and first.isalpha() for first in firsts):
        return firsts
    return tuple(string.ascii_uppercase[number % len(string.ascii_uppercase)] for number in range(len(groups)))


def change_plot(cohort: Cohort) -> Drawing:
    """The plot."""
    return drawn(lambda figure: draw_change(figure, cohort), _HEIGHT, _WIDTH)


def pointed_at(cohort: Cohort) -> tuple[str, ...]:
    """The named outliers that have a point, and so an arrow."""
    known = np.isfinite(cohort.change(cohort.plan.change_in)) & np.isfinite(cohort.change(outcome_of(cohort)))
    here = {person for person, there in zip(cohort.people, known, strict=True) if there}
    return tuple(person for person in cohort.plan.outliers if person in here)


def draw_change(figure: Figure, cohort: Cohort) -> None:
    """Draw it into a figure of that size."""
    axes = figure.subplots()
    x, y = cohort.change(cohort.plan.change_in), cohort.change(outcome_of(cohort))
    known = np.isfinite(x) & np.isfinite(y)
    zero_line(axes)
    zero_line(axes, upright=True)
    for number, (group, letter) in enumerate(zip(cohort.groups, letters(cohort.groups), strict=True)):
        colour = _COLOURS[number % len(_COLOURS)]
        inside = known & cohort.in_group(group)
        _write(axes, x[inside], y[inside], letter, colour)
        label = f"{_plain(group)} (n = {int(inside.sum())})"
        mark = f"$\\mathbf{{{letter}}}$"
        axes.plot([], [], linestyle="none", marker=mark, markeredgewidth=0.0, markersize=5.5, color=colour, label=label)
    _frame(axes, x[known], y[known])
    for row in np.nonzero(known)[0]:
        if cohort.people[row] in cohort.plan.outliers:
            _point_at(axes, (float(x[row]), float(y[row])), _plain(cohort.people[row]))
    axes.set_xlabel(_plain(f"Change in {cohort.label(cohort.plan.change_in)}"))
    axes.set_ylabel(_plain(f"Change in {cohort.label(outcome_of(cohort))}"))
    # above the axes: inside it could hide a letter
    figure.legend(loc="outside upper left", ncols=3)


def _plain(text: str) -> str:
    """The text without what would make mathematics of it."""
    return text.replace("$", r"\$")


def _write(axes: Axes, x: Vector, y: Vector, letter: str, colour: str) -> None:
    for at_x, at_y in zip(x, y, strict=True):
        axes.text(
            at_x, at_y, letter, color=colour, ha="center", va="center", fontsize=7.0, fontweight="bold", clip_on=True
        )


def _frame(axes: Axes, x: Vector, y: Vector) -> None:
    """Text moves no limits, so they are set; 0 is inside."""
    for values, choose in ((x, axes.set_xlim), (y, axes.set_ylim)):
        low, high = (min(0.0, values.min()), max(0.0, values.max())) if values.size else (-1.0, 1.0)
        room = 0.07 * max(high - low, 1.0)
        choose(low - room, high + room)


def _point_at(axes: Axes, at: tuple[float, float], name: str) -> None:
    """An arrow from the side with more room, its name at its end."""
    low, high = axes.get_xlim()
    side = 1.0 if at[0] < (low + high) / 2 else -1.0
    bottom, top = axes.get_ylim()
    up = -1.0 if at[1] > (bottom + top) / 2 else 1.0
    axes.annotate(
        name,
        xy=at,
        xytext=(side * 42.0, up * 22.0),
        textcoords="offset points",
        ha="left" if side > 0 else "right",
        va="center",
        fontsize=7.0,
        arrowprops={
            "arrowstyle": "-|>,head_length=0.5,head_width=0.22",
            "color": INK,
            "linewidth": 0.9,
            "shrinkB": 5.0,
        },
    )
