"""Figures of studies as they are: one reader, nothing read, missing grades, scans alone, people enrolled twice."""

from __future__ import annotations

from decimal import Decimal

import pytest

from scoring.comparison.grades import At
from scoring.readings import rounds
from scoring.readings.order import keys_in_reading_order
from scoring.readings.reading import Graded, NotAssessable
from scoring.schemes.load import shipped_scheme
from storage.audit.verified_readings import ExcludedReadings
from tests.builders.numbers.made import a_reading, numbers_from
from workstation.numbers.case_rows import case_rows
from workstation.numbers.choice import Choice, Filter, Kind, options, settled, stepped
from workstation.numbers.figure import Bars, Figure, Nothing, Plot, SiteMap
from workstation.numbers.figures import as_csv, figure_of
from workstation.numbers.readings import Numbers
from workstation.numbers.spots import spots_of

SCHEME = shipped_scheme()


def every(numbers: Numbers) -> list[Figure]:
    """Each figure in each choice that can be made of one study."""
    found = []
    for kind in Kind:
        for reader in numbers.readers or ("",):
            for round_ in (1, 2, 3, 4):
                for at in At:
                    choice = settled(numbers, Choice(kind, reader, round_, "", "", at))
                    found.append(figure_of(numbers, choice))
    return found


AR = NotAssessable("AR")
STUDIES = {
    "nobody has a case": numbers_from(),
    "nothing is read": numbers_from(a_reading("S001", complete=False)),
    "one case": numbers_from(a_reading("S001")),
    "one reader, nothing read again": numbers_from(*(a_reading(f"S{n:03}", grade=n % 3) for n in range(5))),
    "two readers, no case in common": numbers_from(a_reading("S001"), a_reading("S002", "BE")),
    "two readers, one case": numbers_from(a_reading("S001"), a_reading("S001", "BE", grade=2)),
    "nothing can be graded": numbers_from(
        *(
            a_reading(
                "S001", reader, other={f"{k.visit} {k.feature} {k.site}": AR for k in keys_in_reading_order(SCHEME)}
            )
            for reader in ("AD", "BE")
        )
    ),
    "all the same": numbers_from(*(a_reading(f"S{n:03}", reader) for n in range(30) for reader in ("AD", "BE"))),
    "scans alone": numbers_from(
        a_reading("S001", visits=(1,), scan=1),
        a_reading("S001", visits=(2,), scan=2),
        a_reading("S002", visits=(1,), scan=1),
        a_reading("S001", visits=(2,), scan=2, round_=rounds.REREAD, grade=2),
    ),
    "hidden repeats": numbers_from(*(a_reading(f"S{n:03}", round_=r, grade=n % 3) for n in range(30) for r in (1, 3))),
    "enrolled twice": numbers_from(*(a_reading("S001", r, enrolment=e) for r in ("AD", "BE") for e in (1, 2))),
    "five readers": numbers_from(
        *(a_reading("S001", r, grade=n) for n, r in enumerate(("AD", "BE", "CO", "DE", "EF")) if n < 4)
    ),
    "an adjudication": numbers_from(
        a_reading("S001"), a_reading("S001", "BE"), a_reading("S001", "CO", round_=rounds.ADJUDICATION)
    ),
}


@pytest.mark.parametrize("study", sorted(STUDIES))
def test_every_figure_of_every_study_is_drawn_or_says_why_not_and_what_to_do(study: str) -> None:
    for figure in every(STUDIES[study]):
        spots = spots_of(figure)
        assert len(spots.x) == len(spots.y) == len(spots.keys)
        for spot in range(len(spots.keys)):
            assert spots.words(spot)
        if isinstance(figure, Nothing):
            assert len(figure.why) > 30
        else:
            assert "n = " in figure.told.counts
            assert len(spots.keys)
            assert as_csv(figure).count("\n") > 1


def _plot(numbers: Numbers, choice: Choice) -> Plot:
    figure = figure_of(numbers, choice)
    assert isinstance(figure, Plot), figure
    return figure


def test_cases_that_one_of_two_has_not_read_are_told_as_left_out() -> None:
    numbers = numbers_from(
        a_reading("S001"),
        a_reading("S001", "BE"),
        a_reading("S002"),
        a_reading("S002", "BE", complete=False),
        a_reading("S003", "BE", complete=False),
    )

    figure = _plot(numbers, Choice(Kind.DIFFERENCES, "BE", against="AD", total="EROTOT"))

    assert figure.told.counts == "n = 1; 2 cases left out: not read to the end by both"


def test_a_site_without_a_grade_takes_its_total_out_and_is_told() -> None:
    numbers = numbers_from(
        a_reading("S001", other={"1 ERO CAP": AR}), a_reading("S001", "BE"), a_reading("S002"), a_reading("S002", "BE")
    )

    erosion = _plot(numbers, Choice(Kind.SCATTER, "BE", against="AD", total="EROTOT"))
    synovitis = _plot(numbers, Choice(Kind.SCATTER, "BE", against="AD", total="SYNTOT"))

    assert erosion.told.counts == "n = 1; 1 case left out: a site has no grade, or the visit isn't there"
    assert erosion.dots[0].keys == ("S002",)
    assert synovitis.told.counts == "n = 2"


def test_grades_count_answers_without_a_grade_too() -> None:
    numbers = numbers_from(a_reading("S001", other={"1 SYN RC": AR}), a_reading("S001", "BE", grade=3))

    figure = figure_of(numbers, Choice(Kind.GRADES, total="SYNTOT"))

    assert isinstance(figure, Bars)
    assert figure.groups == ("0", "1", "2", "3", "no grade")
    # of three sites two were graded 1 and one wasn't graded; BE graded all three 3
    assert figure.values.tolist() == [[0, pytest.approx(200 / 3), 0, 0, pytest.approx(100 / 3)], [0, 0, 0, 100, 0]]


def test_scans_that_were_read_again_alone_stand_apart_from_pairs() -> None:
    numbers = STUDIES["scans alone"]
    choice = settled(numbers, Choice(Kind.DIFFERENCES, "AD", rounds.REREAD, total="SYNTOT"))
    scans = stepped(numbers, choice, Filter.VISIT, -1)

    assert isinstance(figure_of(numbers, choice), Nothing)
    assert scans.at is At.SCAN
    figure = _plot(numbers, scans)
    assert figure.told.counts == "n = 1"
    # three sites, 1 at first and 2 again
    assert list(figure.dots[0].y) == [3.0]


def test_enrolments_of_one_person_are_points_of_their_own() -> None:
    figure = _plot(STUDIES["enrolled twice"], Choice(Kind.DIFFERENCES, "BE", against="AD", total="SYNTOT"))

    assert sorted(figure.dots[0].keys) == ["S001", "S001/2"]


def test_a_missing_change_is_no_change_of_zero_on_the_map() -> None:
    numbers = numbers_from(a_reading("S001", other={"2 SYN RC": AR, "2 SYN DRUJ": Graded(Decimal(3))}))

    figure = figure_of(numbers, Choice(Kind.SITES, "AD", total="SYNTOT"))

    assert isinstance(figure, SiteMap)
    rows = as_csv(figure).splitlines()
    assert rows[0] == "feature,site,enrolment,change"
    assert "SYN,RC,S001," in rows
    assert "SYN,DRUJ,S001,2.0" in rows


def test_both_who_read_in_a_like_order_are_named_where_one_drifts() -> None:
    numbers = numbers_from(*(a_reading(f"S{n:03}", reader) for n in range(12) for reader in ("AD", "BE")))

    notes = _plot(numbers, Choice(Kind.DRIFT, "BE", against="AD", total="SYNTOT")).told.notes

    assert any("this can be a drift of AD as well" in note for note in notes)


def test_csv_has_a_row_for_each_point_and_the_lines_beside_them() -> None:
    numbers = numbers_from(*(a_reading(f"S{n:03}", reader, grade=n % 3) for n in range(4) for reader in ("AD", "BE")))

    rows = as_csv(_plot(numbers, Choice(Kind.DIFFERENCES, "BE", against="AD", total="SYNTOT"))).splitlines()

    assert rows[0] == "what,name,enrolment,Mean of both,BE minus AD,marked"
    assert rows[1:5] == [f"point,difference,S{n:03},{3.0 * (n % 3)},0.0,0" for n in range(4)]
    assert [row.split(",")[1] for row in rows[5:]] == ["", "bias 0", "lower limit 0", "upper limit 0"]


def test_what_is_excluded_is_told() -> None:
    out = ExcludedReadings("S009", None, ("C0001",), "withdrawn")

    assert numbers_from(a_reading("S001"), excluded=(out,)).excluded == (
        "Left out as excluded: S009 (1 begun reading). Why: withdrawn",
    )


def test_choices_settle_on_what_is_there_and_go_round() -> None:
    numbers = STUDIES["two readers, one case"]

    choice = settled(numbers, Choice(reader="gone", against="gone", total="GONE"))

    assert (choice.reader, choice.against, choice.total) == ("AD", "BE", "SYNTOT")
    assert stepped(numbers, choice, Filter.READER, 1).against == "AD"
    assert stepped(numbers, choice, Filter.FEATURE, -1).total == "MRII"
    assert [words for _, words in options(numbers, choice, Filter.VISIT)] == ["baseline", "follow-up", "change"]


def test_the_sheet_of_a_case_has_both_readings_site_by_site_and_says_where_they_differ() -> None:
    numbers = numbers_from(
        a_reading("S001", other={"1 ERO CAP": NotAssessable("OT", "a screw")}), a_reading("S001", "BE", grade=2)
    )

    sheet = case_rows(numbers, Choice(Kind.SCATTER, "BE", against="AD"), "S001")

    assert sheet.headings == (
        "Feature",
        "Site",
        "Baseline, AD",
        "BE",
        "Difference",
        "Follow-up, AD",
        "BE",
        "Difference",
    )
    assert len(sheet.rows) == 43
    capitate = next(cells for cells, _ in sheet.rows if cells[:2] == ("Erosion", "Capitate (CAP)"))
    assert capitate[2].endswith(": a screw")
    assert capitate[3:] == ("2", "", "1", "2", "+1")
    assert all(differs for _, differs in sheet.rows)
