from __future__ import annotations

from pathlib import Path

import pytest

from scoring.schemes.load import shipped_scheme
from scoring.schemes.scheme import FeatureCode
from scoring.values import replace
from storage.records import VisitRecord
from tests.builders.series import a_series, a_visit
from workstation.hanging.layout import layout_of
from workstation.hanging.matching import Choice, Empty, Hanging, Shown, match

WRIST = layout_of(shipped_scheme())
SYN, OST, ERO = FeatureCode("SYN"), FeatureCode("OST"), FeatureCode("ERO")


@pytest.fixture
def pair(tmp_path: Path) -> tuple[VisitRecord, VisitRecord]:
    return a_visit(tmp_path, 1), a_visit(tmp_path, 2)


def codes(hanging: Hanging) -> list[list[str]]:
    """Series code of each cell; the reason where it is empty."""
    return [
        [cell.series.code if isinstance(cell, Shown) else cell.reason for cell in row.cells] for row in hanging.rows
    ]


def without(visit: VisitRecord, kind: str, plane: str) -> VisitRecord:
    rest = tuple(series for series in visit.series if (series.kind, series.plane) != (kind, plane))
    return VisitRecord(visit.number, rest)


def test_each_row_shows_one_series_at_baseline_and_at_follow_up(pair: tuple[VisitRecord, VisitRecord]) -> None:
    hanging = match(WRIST, ERO, pair, 2)

    assert codes(hanging) == [["V1T1COR", "V2T1COR"], ["V1T1AX", "V2T1AX"]]
    assert [row.caption for row in hanging.rows] == ["T1, coronal", "T1, axial"]


def test_visits_are_placed_by_their_number_and_not_by_their_order(pair: tuple[VisitRecord, VisitRecord]) -> None:
    assert match(WRIST, ERO, (pair[1], pair[0]), 2) == match(WRIST, ERO, pair, 2)


def test_a_missing_series_leaves_its_cell_empty_and_says_which_and_where(pair: tuple[VisitRecord, VisitRecord]) -> None:
    visits = (pair[0], without(pair[1], "PD", "COR"))

    hanging = match(WRIST, ERO, visits, 3)

    assert codes(hanging)[2] == ["V1PDCOR", "No coronal PD at follow-up"]


def test_a_row_that_is_missing_at_both_visits_is_not_replaced_by_another_series(
    pair: tuple[VisitRecord, VisitRecord],
) -> None:
    visits = (without(pair[0], "T1FSGD", "AX"), without(pair[1], "T1FSGD", "AX"))

    assert codes(match(WRIST, SYN, visits, 2))[0] == [
        "No axial T1 post-Gd fat-sat at baseline",
        "No axial T1 post-Gd fat-sat at follow-up",
    ]


def test_a_case_without_follow_up_says_so_in_every_cell(pair: tuple[VisitRecord, VisitRecord]) -> None:
    hanging = match(WRIST, OST, pair[:1], 2)

    assert codes(hanging) == [["V1T2FSCOR", "No images at follow-up"], ["V1T1COR", "No images at follow-up"]]


def test_of_two_that_fit_the_one_with_most_slices_is_shown_and_the_cell_says_so(tmp_path: Path) -> None:
    scout = a_series(tmp_path, "SCOUT", "T1", "COR", slices=3)
    full = a_series(tmp_path, "FULL", "T1", "COR", slices=24)

    cell = match(WRIST, ERO, (VisitRecord(1, (scout, full)),), 1).rows[0].cells[0]

    assert cell == Shown(full, "2 series could be coronal T1 at baseline: showing the one with most slices")


def test_of_two_equal_ones_the_first_is_shown_and_the_cell_says_so(tmp_path: Path) -> None:
    series = tuple(a_series(tmp_path, code, "T1", "COR") for code in ("A", "B"))

    cell = match(WRIST, ERO, (VisitRecord(1, series),), 1).rows[0].cells[0]

    assert cell == Shown(series[0], "2 series could be coronal T1 at baseline: showing the first")


def test_the_series_that_was_not_chosen_can_be_reached_by_more_rows(tmp_path: Path) -> None:
    series = tuple(a_series(tmp_path, code, "T1", "COR") for code in ("A", "B"))

    assert ["B", "No images at follow-up"] in codes(match(WRIST, ERO, (VisitRecord(1, series),), 5))


def test_more_rows_than_the_layout_has_go_on_with_the_rest_of_the_case(pair: tuple[VisitRecord, VisitRecord]) -> None:
    hanging = match(WRIST, ERO, pair, 4)

    assert codes(hanging)[3] == ["V1T1FSGDAX", "V2T1FSGDAX"]
    cell = hanging.rows[3].cells[0]
    assert isinstance(cell, Shown)
    assert cell.note == "Not in the layout of this feature"


def test_every_series_of_a_case_is_shown_once_when_there_are_rows_enough(pair: tuple[VisitRecord, VisitRecord]) -> None:
    shown = [series.code for series in match(WRIST, ERO, pair, 20).series]

    assert sorted(shown) == sorted(series.code for visit in pair for series in visit.series)


def test_a_folder_of_unrecognised_series_is_shown_as_it_is(tmp_path: Path) -> None:
    found = tuple(a_series(tmp_path, f"X{index}", "OTHER", "SAG") for index in range(2))

    hanging = match(WRIST, SYN, (VisitRecord(1, found),), 2)

    assert codes(hanging) == [["X0", "No images at follow-up"], ["X1", "No images at follow-up"]]
    assert hanging.rows[0].caption == "Not recognised, sagittal"
    assert hanging.rows[0].cells[0] == Shown(found[0], "Kind not recognised at import")


def test_a_folder_with_one_series_gets_one_row(tmp_path: Path) -> None:
    only = a_series(tmp_path, "ONLY", "PD", "COR")

    assert codes(match(WRIST, SYN, (VisitRecord(1, (only,)),), 2)) == [["ONLY", "No images at follow-up"]]


def test_a_series_without_slices_is_as_good_as_missing(tmp_path: Path) -> None:
    hollow = a_series(tmp_path, "HOLLOW", "T1", "COR", slices=1)
    hollow = replace(hollow, slices=())
    other = a_series(tmp_path, "OTHER", "T1", "AX")

    hanging = match(WRIST, ERO, (VisitRecord(1, (hollow, other)),), 2)

    assert hanging.rows[0].cells[0] == Empty("No coronal T1 at baseline")


def test_a_case_without_any_series_says_that_there_are_no_images() -> None:
    assert codes(match(WRIST, ERO, (), 2)) == [["No images at baseline", "No images at follow-up"]] * 2


def test_in_pairs_a_place_that_nothing_is_left_for_says_so(pair: tuple[VisitRecord, VisitRecord]) -> None:
    three = match(WRIST, ERO, pair, 3)

    assert codes(three.paired())[3:] == [["No other series at baseline", "No other series at follow-up"]]
    assert three.paired().series == three.series
    assert match(WRIST, ERO, pair, 2).paired() == match(WRIST, ERO, pair, 2)
    assert match(WRIST, ERO, pair, 1).paired() == match(WRIST, ERO, pair, 1)


def test_a_radiograph_is_told_to_be_looked_at_in_another_viewer() -> None:
    visits = (VisitRecord(1, ()), VisitRecord(2, ()))

    hanging = match(layout_of(shipped_scheme("sharp-vdh")), FeatureCode("EROH"), visits, 1)

    assert codes(hanging) == [
        [f"Right hand radiograph at {visit}: look at it in another viewer" for visit in ("baseline", "follow-up")]
    ]


def test_rows_that_no_visit_has_a_series_for_are_told_and_one_that_one_visit_has_is_none_of_them(
    pair: tuple[VisitRecord, VisitRecord],
) -> None:
    neither = tuple(without(visit, "T1", "COR") for visit in pair)
    one_alone = (pair[0], without(pair[1], "T1", "COR"))

    assert match(WRIST, ERO, neither, 3).without_images == {0}
    assert match(WRIST, ERO, one_alone, 3).without_images == frozenset()


def test_a_plane_is_cut_through_the_row_of_the_keys_or_the_uppermost_that_has_images(
    pair: tuple[VisitRecord, VisitRecord],
) -> None:
    neither = tuple(without(visit, "T1", "COR") for visit in pair)
    hanging = match(WRIST, ERO, neither, 3)

    assert hanging.with_reformatted(0).rows[-1].cells == hanging.rows[1].cells
    assert hanging.with_reformatted(2).rows[-1].cells == hanging.rows[2].cells
    # a row that was taken out of sight meanwhile: the last there is
    for gone in (3, 4, 9):
        assert hanging.with_reformatted(gone).rows[-1].cells == hanging.rows[2].cells
    assert Hanging(()).with_reformatted(0) == Hanging(())


def test_a_plane_that_is_cut_through_a_row_is_told_from_the_rows_as_they_were_scanned(
    pair: tuple[VisitRecord, VisitRecord],
) -> None:
    rows = match(WRIST, ERO, pair, 3).with_reformatted(0).rows

    assert [row.reformatted for row in rows] == [False, False, False, True]


def test_of_two_that_fit_the_one_that_the_reader_chose_is_shown_and_the_cell_says_so(tmp_path: Path) -> None:
    scout, full = a_series(tmp_path, "SCOUT", "T1", "COR", slices=3), a_series(tmp_path, "FULL", "T1", "COR", slices=24)

    hanging = match(WRIST, ERO, (VisitRecord(1, (scout, full)),), 1, Choice(among=frozenset({"SCOUT"})))

    assert hanging.rows[0].cells[0] == Shown(
        scout, "2 series could be coronal T1 at baseline: showing the one that you chose"
    )


def test_what_was_not_recognised_comes_behind_all_that_was(tmp_path: Path) -> None:
    series = tuple(a_series(tmp_path, code, kind, "SAG") for code, kind in (("X", "OTHER"), ("P", "PD"), ("T", "T1")))

    hanging = match(WRIST, ERO, (VisitRecord(1, series),), 3)

    assert [row[0] for row in codes(hanging)] == ["P", "T", "X"]


@pytest.mark.parametrize(
    ("choice", "captions"),
    [
        (Choice(), ["T1, coronal", "T1, axial", "PD, coronal"]),
        (Choice(rows={0: ("PD", "COR")}), ["PD, coronal", "T1, coronal", "T1, axial"]),
        (Choice(rows={1: ("PD", "COR")}), ["T1, coronal", "PD, coronal", "T1, axial"]),
        # what isn't in the layout pushes the others down, and the last one out
        (Choice(rows={1: ("T2FS", "COR")}), ["T1, coronal", "T2 fat-sat, coronal", "T1, axial"]),
        (Choice(rows={1: ("T1", "COR"), 0: ("PD", "COR")}), ["PD, coronal", "T1, coronal", "T1, axial"]),
    ],
)
def test_a_series_that_the_reader_wants_in_a_row_stands_there_and_nowhere_else(
    pair: tuple[VisitRecord, VisitRecord], choice: Choice, captions: list[str]
) -> None:
    assert [row.caption for row in match(WRIST, ERO, pair, 3, choice).rows] == captions


def test_t1_before_and_after_contrast_change_places_and_the_rest_stays(pair: tuple[VisitRecord, VisitRecord]) -> None:
    rows = [row.caption for row in match(WRIST, SYN, pair, 3).rows]

    turned = [row.caption for row in match(WRIST, SYN, pair, 3, Choice(contrast=True)).rows]

    assert turned == [rows[1], rows[0], rows[2]]
    assert "T1" in rows[1]


def test_a_row_is_left_over_for_each_further_series_of_a_kind_and_says_where_there_is_none(tmp_path: Path) -> None:
    twice = VisitRecord(1, tuple(a_series(tmp_path, f"V1{name}", "T2FS", "SAG") for name in "AB"))
    once = VisitRecord(2, (a_series(tmp_path, "V2A", "T2FS", "SAG"),))

    first, second = match(WRIST, ERO, (twice, once), 6).rows

    assert codes(Hanging((first,))) == [["V1A", "V2A"]]
    (cell, empty) = second.cells
    assert isinstance(cell, Shown)
    assert (cell.series.code, cell.note) == ("V1B", "Not in the layout of this feature")
    assert isinstance(empty, Empty)
    assert empty.reason == "No other sagittal T2 fat-sat at follow-up"


def test_the_only_one_that_fits_has_nothing_to_say_though_the_reader_chose_it(
    pair: tuple[VisitRecord, VisitRecord],
) -> None:
    choice = Choice(among=frozenset({"V1T1COR", "V2T1COR"}))

    assert match(WRIST, ERO, pair, 3, choice) == match(WRIST, ERO, pair, 3)
