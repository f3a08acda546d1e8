"""Two readers over 66 pairs, one drifting on purpose, one bad at osteitis: the figures show both, and nothing else."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from scoring.comparison.grades import At
from scoring.readings import rounds
from scoring.readings.reading import Graded
from scoring.schemes.load import shipped_scheme
from storage.study.reading_times import reading_times
from storage.study.repeats import coordinators_readings
from tests.builders.numbers.made import a_reading, numbers_from
from tests.builders.numbers.two_readers import BAD_AT_OSTEITIS, DRIFT_FROM, DRIFTING, DRIFTS, PACE, PAIRS, two_readers
from workstation.numbers.choice import Choice, Kind
from workstation.numbers.figure import Bars, Plot
from workstation.numbers.figures import figure_of
from workstation.numbers.readings import Numbers, numbers_of
from workstation.numbers.standing_out import standing_out
from workstation.reporting.gathering import report_of

TOTALS = ("SYNTOT", "TENTOT", "OSTTOT", "EROTOT")
PLANTED = {f"{feature}TOT" for feature in DRIFTING}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return two_readers(tmp_path_factory.mktemp("two") / "trial", reread=10)


@pytest.fixture(scope="module")
def numbers(folder: Path) -> Numbers:
    return numbers_of(coordinators_readings(folder), "trial", reading_times(folder), 0)


def _chart(numbers: Numbers, reader: str, total: str, at: At = At.BASELINE) -> Plot:
    other = BAD_AT_OSTEITIS if reader == DRIFTS else DRIFTS
    figure = figure_of(numbers, Choice(Kind.DRIFT, reader, rounds.FIRST, other, total, at))
    assert isinstance(figure, Plot)
    return figure


@pytest.mark.parametrize("total", TOTALS)
@pytest.mark.parametrize("reader", [DRIFTS, BAD_AT_OSTEITIS])
def test_the_control_chart_tells_drift_where_it_was_planted_and_nowhere_else(
    numbers: Numbers, reader: str, total: str
) -> None:
    chart = _chart(numbers, reader, total)

    planted = reader == DRIFTS and total in PLANTED
    assert chart.told.warns is planted
    assert chart.told.notes[0].startswith("Drift: from case" if planted else "No drift of")
    (moving,), (upper,) = ([c for c in chart.curves if c.name == name] for name in ("moving mean", "its upper limit"))
    beyond = moving.x[moving.y > upper.y]
    assert bool(beyond.size) is planted
    if planted:
        # it shows soon behind the first case of the drift, not before, and to the end
        assert DRIFT_FROM <= beyond[0] <= DRIFT_FROM + 12
        assert beyond[-1] == PAIRS


def test_drift_at_both_visits_leaves_the_change_alone(numbers: Numbers) -> None:
    for total in sorted(PLANTED):
        assert not _chart(numbers, DRIFTS, total, At.CHANGE).told.warns


def test_osteitis_is_what_the_two_agree_on_least(numbers: Numbers) -> None:
    figure = figure_of(numbers, Choice(Kind.AGREEMENT, DRIFTS, against=BAD_AT_OSTEITIS))

    assert isinstance(figure, Plot)
    by_total = {
        figure.y_names[int(y)].split()[0]: float(x) for x, y in zip(figure.dots[0].x, figure.dots[0].y, strict=True)
    }
    assert min(TOTALS, key=by_total.__getitem__) == "OSTTOT"
    upper = {span.name.split(",")[0]: span.x[1] for span in figure.curves}
    assert upper["OSTTOT"] < by_total["TENTOT"]


def test_grades_of_osteitis_lie_apart_for_the_reader_who_guesses(numbers: Numbers) -> None:
    apart = {}
    for total in TOTALS:
        figure = figure_of(numbers, Choice(Kind.GRADES, total=total))
        assert isinstance(figure, Bars)
        assert figure.names == (DRIFTS, BAD_AT_OSTEITIS)
        assert np.nansum(figure.values, axis=1) == pytest.approx([100.0, 100.0])
        apart[total] = float(np.abs(figure.values[0] - figure.values[1]).sum())

    # a grade that is guessed is as often 3 as 0
    highest = figure_of(numbers, Choice(Kind.GRADES, total="OSTTOT"))
    assert isinstance(highest, Bars)
    assert highest.values[1][3] - highest.values[0][3] > 5
    assert apart["OSTTOT"] > apart["TENTOT"]


def test_points_are_those_of_the_report(folder: Path, numbers: Numbers) -> None:
    report = report_of(coordinators_readings(folder), "trial", 0.95)
    change = next(item for item in report.changes if item.reader == DRIFTS)

    for total, response in zip(numbers.scheme.totals, change.responses, strict=True):
        figure = figure_of(numbers, Choice(Kind.CUMULATIVE, DRIFTS, total=str(total.code)))
        assert isinstance(figure, Plot)
        known = change.change(total)
        assert list(figure.dots[0].x) == sorted(known[np.isfinite(known)])
        assert response.sdc is not None
        assert sorted(line.value or 0.0 for line in figure.lines) == pytest.approx([-response.sdc, 0.0, response.sdc])


def test_limits_of_agreement_are_those_of_the_report(folder: Path, numbers: Numbers) -> None:
    report = report_of(coordinators_readings(folder), "trial", 0.95)
    assert report.shared is not None
    by_total = {(str(item.total.code), item.at): item.table.differences for item in report.shared.found.found.totals}

    for total in TOTALS:
        # in the report the second reader stands behind the first
        figure = figure_of(numbers, Choice(Kind.DIFFERENCES, BAD_AT_OSTEITIS, against=DRIFTS, total=total))
        assert isinstance(figure, Plot)
        told = by_total[total, At.BASELINE]
        drawn = [line.value for line in figure.lines if line.words]
        assert drawn == pytest.approx([told.bias.estimate, told.lower_limit.estimate, told.upper_limit.estimate])


def test_times_are_those_at_which_answers_were_given(numbers: Numbers) -> None:
    figure = figure_of(numbers, Choice(Kind.FEATURE_TIME))

    assert isinstance(figure, Bars)
    assert figure.counts == (PAIRS, PAIRS)
    for row in figure.values:
        # at both visits
        answers = [(PACE[str(feature.code)], 2 * len(feature.sites)) for feature in numbers.scheme.features]
        assert list(row) == pytest.approx([pace * count / 60 for pace, count in answers])


def test_both_stand_out_and_nothing_else(numbers: Numbers) -> None:
    found = standing_out(numbers)

    assert sorted(item.choice.total for item in found if item.choice.kind is Kind.DRIFT) == sorted(PLANTED)
    assert {item.choice.reader for item in found if item.choice.kind is Kind.DRIFT} == {DRIFTS}
    assert [item.choice.total for item in found if item.choice.kind is Kind.AGREEMENT] == ["OSTTOT"]
    assert len(found) == len(PLANTED) + 1
    assert all(figure_of(numbers, item.choice).told.warns for item in found)


def test_own_re_reads_tell_which_of_two_is_bad_at_osteitis(numbers: Numbers) -> None:
    figure = figure_of(numbers, Choice(Kind.AGREEMENT, DRIFTS, against=BAD_AT_OSTEITIS, total="OSTTOT"))

    assert isinstance(figure, Plot)
    (of_osteitis,) = (note for note in figure.told.notes if "stands apart" in note)
    own = {name: float(value) for name, value in re.findall(r"(\w\w) ICC (-?[\d.]+) \(\d+ re-reads\)", of_osteitis)}
    # osteitis without a guess is read as well as the rest, and seven guesses of ten aren't repeated
    assert own[DRIFTS] > 0.9
    assert own[BAD_AT_OSTEITIS] < own[DRIFTS]
    diamonds = [figure.y_names[int(y)] for y, m in zip(figure.dots[0].y, figure.dots[0].marked, strict=True) if m]
    assert [name.split()[0] for name in diamonds] == ["OSTTOT"]


def test_where_nobody_drifts_and_nobody_guesses_nothing_stands_out() -> None:
    readings = [
        a_reading(f"S{n:03}", reader, grade=1 + (n % 5 == 0), other={"1 SYN RC": Graded(Decimal(n % 3))})
        for n in range(40)
        for reader in ("AD", "BE")
    ]

    assert standing_out(numbers_from(*readings)) == ()


def test_of_three_readers_the_one_who_differs_from_both_is_named() -> None:
    sites = [str(site.code) for feature in shipped_scheme().features if feature.code == "OST" for site in feature.sites]
    readings = []
    for n in range(40):
        wrong = {f"{visit} OST {site}": Graded(Decimal(n * 7 % 3)) for visit in (1, 2) for site in sites}
        for reader, other in (("AD", {}), ("BE", {"1 SYN RC": Graded(Decimal(0))}), ("CO", wrong)):
            readings.append(a_reading(f"S{n:03}", reader, grade=n * n % 4, other=other))

    found = [item for item in standing_out(numbers_from(*readings)) if item.choice.total == "OSTTOT"]

    assert [item.words.split(":")[0] for item in found] == ["CO agrees with others least"]
    assert found[0].choice.reader == "CO"
