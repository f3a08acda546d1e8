"""The report has every figure of the window of numbers, of the same points, and its points as CSV inside the page."""

from __future__ import annotations

import base64
import csv
import io
import re
from pathlib import Path

import pytest

from scoring.comparison.grades import At
from storage.study.reading_times import reading_times
from storage.study.repeats import coordinators_readings
from tests.builders.numbers.two_readers import BAD_AT_OSTEITIS, DRIFTS, two_readers
from workstation.app.printing.reports import write_report
from workstation.numbers.choice import KINDS, Choice, Kind
from workstation.numbers.figure import Bars, Plot
from workstation.numbers.figures import figure_of
from workstation.numbers.paper import with_figures
from workstation.numbers.readings import Numbers, numbers_of
from workstation.reporting.content import Report
from workstation.reporting.gathering import report_of
from workstation.reporting.page import Plots

NAMES = {
    Kind.DIFFERENCES: "inter",
    Kind.SCATTER: f"scatter-{BAD_AT_OSTEITIS}-{DRIFTS}-1",
    Kind.CUMULATIVE: "cumulative-1",
    Kind.SITES: "heat-1",
    Kind.WRIST: "hands-1",
    Kind.DRIFT: f"drift-{DRIFTS}-{BAD_AT_OSTEITIS}-1",
    Kind.CASE_TIME: "time-case",
    Kind.FEATURE_TIME: "time-feature",
    Kind.GRADES: "grades",
    Kind.AGREEMENT: f"agreement-{BAD_AT_OSTEITIS}-{DRIFTS}-1",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return two_readers(tmp_path_factory.mktemp("paper") / "trial", pairs=24, reread=4)


@pytest.fixture(scope="module")
def numbers(folder: Path) -> Numbers:
    return numbers_of(coordinators_readings(folder), "trial", reading_times(folder), 0)


@pytest.fixture(scope="module")
def made(folder: Path, numbers: Numbers) -> tuple[Report, Plots]:
    return with_figures(report_of(coordinators_readings(folder), "trial", 0.95), numbers)


@pytest.fixture(scope="module")
def html(folder: Path) -> str:
    out = folder.parent / "report.html"
    write_report(folder, out, 0.95, seen=lambda: None)
    return out.read_text("utf-8")


def _points(html: str, name: str) -> list[list[str]]:
    found = re.search(rf'download="{name}\.csv" href="data:text/csv;base64,([^"]+)"', html)
    assert found is not None, name
    return list(csv.reader(io.StringIO(base64.b64decode(found[1]).decode())))


@pytest.mark.parametrize("kind", list(Kind))
def test_the_report_has_each_kind_of_figure_and_its_points(kind: Kind, html: str) -> None:
    rows = _points(html, NAMES[kind])

    assert rows[0][0] == "figure"
    assert len(rows) > 4
    assert html.count(f'download="{NAMES[kind]}.csv"') == 1


def test_what_the_window_alone_had_is_drawn_under_its_name(html: str, made: tuple[Report, Plots]) -> None:
    report, drawn = made

    assert [item.name for item in report.more] == list(drawn)
    for kind in (Kind.SCATTER, Kind.DRIFT, Kind.CASE_TIME, Kind.FEATURE_TIME, Kind.GRADES, Kind.AGREEMENT):
        assert f">{KINDS[kind][0]}" in html
        assert NAMES[kind] in drawn
    assert html.count("<svg") == html.count("<b>Figure ")


def test_points_of_the_report_are_those_of_the_window(html: str, numbers: Numbers) -> None:
    window = figure_of(numbers, Choice(Kind.DRIFT, DRIFTS, against=BAD_AT_OSTEITIS, total="EROTOT", at=At.FOLLOW_UP))
    assert isinstance(window, Plot)

    rows = [row for row in _points(html, NAMES[Kind.DRIFT]) if row[0] == "EROTOT, follow-up" and row[1] == "point"]

    assert [(row[3], float(row[4]), float(row[5])) for row in rows] == [
        (key, x, y) for key, x, y in zip(window.dots[0].keys, window.dots[0].x, window.dots[0].y, strict=True)
    ]
    grades = figure_of(numbers, Choice(Kind.GRADES, DRIFTS, total="OSTTOT"))
    assert isinstance(grades, Bars)
    given = [row for row in _points(html, "grades") if row[0] == "OSTTOT, baseline" and row[1] == BAD_AT_OSTEITIS]
    assert [float(row[3]) for row in given] == pytest.approx(list(grades.values[1]))


def test_as_many_dots_are_drawn_as_there_are_places(made: tuple[Report, Plots], numbers: Numbers) -> None:
    figure = figure_of(numbers, Choice(Kind.CASE_TIME, DRIFTS))
    assert isinstance(figure, Plot)
    other = figure_of(numbers, Choice(Kind.CASE_TIME, BAD_AT_OSTEITIS))
    assert isinstance(other, Plot)

    # each collection of points puts its mark once for each
    collections = made[1]["time-case"].split('<g id="PathCollection_')[1:]
    drawn = sum(text.split("<g id=", 1)[0].count("<use ") for text in collections)

    assert drawn == figure.dots[0].x.size + other.dots[0].x.size


def test_what_a_chart_warns_of_stands_below_it(tmp_path: Path) -> None:
    study = coordinators_readings(two_readers(tmp_path / "trial"))
    report, _ = with_figures(report_of(study, "trial", 0.95), numbers_of(study, "trial", {}, 0))

    captions = {item.name: item.caption for item in report.more}

    assert "EROTOT, baseline: Drift: from case" in captions[NAMES[Kind.DRIFT]]
    assert "baseline: Osteitis total stands apart" in captions[NAMES[Kind.AGREEMENT]]
    assert "time-case" not in captions


def test_nothing_of_it_is_loaded_from_elsewhere(html: str) -> None:
    links = re.findall(r'(?:src|href)="([^"#][^"]*)"', html)

    assert links
    assert all(link.startswith("data:text/csv;base64,") for link in links)
    assert "<script" not in html
