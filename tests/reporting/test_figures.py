"""Figures of the analysis: vectors as SVG and PDF, the same each time, with every number and every point in them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from scoring.analysis.clinical_csv import read_clinical
from scoring.analysis.cohort import Cohort, joined
from scoring.analysis.exported import read_export
from scoring.analysis.participants import LeftOut, Participants, Stage, outcome_of, participants_of
from scoring.analysis.plan import shipped_plan
from scoring.analysis.studies import studies_of
from tests.builders.trial_cohort import write_cohort
from workstation.reporting.change_figure import change_plot, draw_change, letters, pointed_at
from workstation.reporting.flow_figure import draw_flow, flow_diagram
from workstation.reporting.plot_style import a_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def _cohort(folder: Path, *outliers: str) -> Cohort:
    plan = shipped_plan().with_outliers(outliers)
    return joined(studies_of([read_export(folder / "export")]), read_clinical(folder / "clinical.csv", plan), plan)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("figures")
    write_cohort(path)
    return path


def _texts(figure: Figure) -> list[str]:
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def test_each_figure_is_vectors_in_both_files_and_the_same_each_time(folder: Path) -> None:
    cohort = _cohort(folder, "P39")
    found = participants_of(cohort)
    for drawing, again in ((flow_diagram(found), flow_diagram(found)), (change_plot(cohort), change_plot(cohort))):
        files = drawing.files("figure")

        assert files == again.files("figure")
        svg, pdf = files["figure.svg"], files["figure.pdf"]
        tags = {element.tag.rpartition("}")[2] for element in ET.fromstring(svg).iter()}  # noqa: S314 - our own
        assert {"path", "use"} <= tags
        assert "image" not in tags
        assert pdf.startswith(b"%PDF-")
        assert b"/Subtype /Image" not in pdf
        assert not re.search(rb"/(CreationDate|Producer|Creator)", pdf)
        # letters stay text, in faces that come along and that journals take
        assert b"/FontFile2" in pdf
        assert b"/Type3" not in pdf


def test_the_flow_tells_every_number_and_every_reason_inside_its_frame(folder: Path) -> None:
    cohort = _cohort(folder)
    found = participants_of(cohort)
    with a_figure(6.5) as figure:
        draw_flow(figure, found)
        figure.canvas.draw()
        texts = _texts(figure)
        (axes,) = figure.axes
        frames = [patch.get_window_extent() for patch in axes.patches]
        for text in axes.texts:
            if text.get_text():
                box = text.get_window_extent()
                assert any(
                    frame.x0 <= box.x0 and box.x1 <= frame.x1 and frame.y0 <= box.y0 and box.y1 <= frame.y1
                    for frame in frames
                ), text.get_text()

    stages = (found.enrolled, found.read, *found.scored, found.pairs, found.analysed)
    for stage in stages:
        assert stage.title in texts
        assert f"n = {stage.count}" in texts
        for item in stage.left_out:
            assert f"{item.count} {item.reason}" in texts
    assert "4 enrolled in two groups" in texts
    assert "n = 10" in texts


def test_long_words_and_many_groups_stay_inside_their_boxes_and_no_box_lies_on_another() -> None:
    def stage(title: str, *left_out: LeftOut) -> Stage:
        groups = tuple((f"Methotrexate and prednisolone, arm {letter}", 9) for letter in "ABCD")
        return Stage(title, 1284, groups, left_out)

    many = [
        LeftOut(f"change in Disease activity score of 28 joints, form {number}, not known", 12) for number in (1, 2)
    ]
    found = Participants(
        people=1280,
        in_two_groups=4,
        enrolled=stage("Enrolments"),
        read=stage("Enrolments read", *many),
        scored=(stage("Scans scored at visit 1", *many), stage("Scans scored at visit 2", *many)),
        pairs=stage("Pairs: scored at both visits", *many),
        analysed=stage("Change in MRII and Disease activity score of 28 joints with CRP known", *many),
        repeats=10,
    )
    with a_figure(12.0) as figure:
        draw_flow(figure, found)
        figure.canvas.draw()
        (axes,) = figure.axes
        frames = [patch.get_window_extent() for patch in axes.patches]
        texts = [text.get_window_extent() for text in axes.texts if text.get_text()]

    assert len(frames) == 13
    assert not [1 for i, one in enumerate(frames) for other in frames[:i] if one.overlaps(other)]
    for text in texts:
        assert any(frame.x0 < text.x0 and text.x1 < frame.x1 for frame in frames if frame.y0 <= text.y0 <= frame.y1)


def test_each_enrolment_with_both_changes_is_the_letter_of_its_group_where_its_changes_are(folder: Path) -> None:
    cohort = _cohort(folder)
    with a_figure(4.4, 5.2) as figure:
        draw_change(figure, cohort)
        (axes,) = figure.axes
        drawn = sorted((text.get_text(), *text.get_position()) for text in axes.texts)

    x, y = cohort.change("das28crp"), cohort.change(outcome_of(cohort))
    assert drawn == sorted(
        (item.group[0], x[row], y[row])
        for row, item in enumerate(cohort.enrolments)
        if np.isfinite(x[row]) and np.isfinite(y[row])
    )


def test_an_arrow_points_at_each_named_outlier_that_has_a_point(folder: Path) -> None:
    cohort = _cohort(folder, "P39", "P17")
    with a_figure(4.4, 5.2) as figure:
        draw_change(figure, cohort)
        (axes,) = figure.axes
        arrows = {text.get_text(): text.xy for text in axes.texts if hasattr(text, "xy")}

    row = cohort.people.index("P39")
    # P17 lacks a change, so there is nothing to point at
    assert arrows == {"P39": (cohort.change("das28crp")[row], cohort.change("MRII")[row])}
    assert pointed_at(cohort) == ("P39",)


@pytest.mark.parametrize(
    ("groups", "wanted"),
    [
        (("MTX", "TNFI"), ("M", "T")),
        (("early", "late"), ("E", "L")),
        (("placebo", "prednisolone"), ("A", "B")),
        (("1", "2"), ("A", "B")),
        (("Øst", "Vest"), ("A", "B")),
    ],
)
def test_groups_are_told_apart_by_their_first_letters_or_by_a_and_b(
    groups: tuple[str, ...], wanted: tuple[str, ...]
) -> None:
    assert letters(groups) == wanted
