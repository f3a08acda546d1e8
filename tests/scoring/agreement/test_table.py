"""One table, all figures: the shape that other programs read, what is dropped, what is undefined, and the words."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from scoring.agreement.errors import LevelRefused, TableRefused
from scoring.agreement.estimates import Reason
from scoring.agreement.kappa import Weighting
from scoring.agreement.scale import ScaleRange
from scoring.agreement.table import TableAgreement, agreement_of_table
from scoring.agreement.words import WHY, as_text

FORMS = {"ICC(1,1)", "ICC(2,1)", "ICC(3,1)", "ICC(1,k)", "ICC(2,k)", "ICC(3,k)"}
GRADES: list[list[float | None]] = [[0, 1], [2, 2], [1, 1], [3, 2], [0, 0], [1, 1]]


def _agreement(rows: Sequence[Sequence[float | None]], scale: ScaleRange | None = None) -> TableAgreement:
    return agreement_of_table(rows, level=0.95, scale=scale)


def test_json_has_the_contracted_shape() -> None:
    found = _agreement(GRADES).as_json()

    contracted = {
        "n",
        "k",
        "level",
        "dropped",
        "icc",
        "sem",
        "sdd",
        "bland_altman",
        "kappa",
        "spearman",
        "exact",
        "close",
    }
    assert contracted <= set(found)
    icc, kappa = found["icc"], found["kappa"]
    assert isinstance(icc, dict)
    assert set(icc) == FORMS
    assert set(icc["ICC(2,1)"]) == {"estimate", "low", "high", "f", "df1", "df2", "p", "reason"}
    assert icc["ICC(2,1)"]["reason"] is None
    assert isinstance(kappa, dict)
    assert set(kappa) == {"quadratic", "linear", "unweighted"}
    assert set(kappa["linear"]) == {"estimate", "low", "high"}
    assert isinstance(found["spearman"], dict)
    assert set(found["spearman"]) == {"estimate", "low", "high"}
    assert isinstance(found["bland_altman"], dict)
    assert set(found["bland_altman"]) == {"bias", "sd", "low", "high"}


@pytest.mark.parametrize(
    "rows",
    [
        GRADES,
        [[1, 1], [1, 1]],
        [[1, 2], [2, 1]],
        [[1, 2], [1, 2]],
        [[1, 2]],
        [[None, 2]],
        [[1, 2, 3], [2, 3, 4], [0, 0, 1.5]],
        [[1e12, -1e12], [0, 1]],
    ],
    ids=str,
)
def test_json_never_holds_a_number_that_json_has_not(rows: list[list[float | None]]) -> None:
    text = json.dumps(_agreement(rows, None).as_json(), allow_nan=False)

    assert json.loads(text)["k"] == len(rows[0])


def test_incomplete_rows_are_left_out_of_everything_and_counted() -> None:
    with_gaps = _agreement([*GRADES, [None, 3], [2, None], [None, None]])

    assert (with_gaps.n, with_gaps.dropped) == (6, 3)
    assert {**with_gaps.as_json(), "dropped": 0} == _agreement(GRADES).as_json()


def test_a_million_added_to_all_scores_changes_nothing_at_all() -> None:
    rows: list[list[float]] = [[1, 1.5], [2, 2], [1, 3], [3, 2.5], [1, 1]]
    far = [[score + 1e6 for score in row] for row in rows]

    assert _agreement(far).as_json() == _agreement(rows).as_json()


def test_equal_scores_are_null_with_a_reason_while_error_is_0_and_agreement_1() -> None:
    found = _agreement([[2, 2]] * 5).as_json()

    assert found["sem"] == 0.0
    assert found["sdd"] == 0.0
    assert found["exact"] == 1.0
    assert found["spearman"] == {"estimate": None, "low": None, "high": None, "reason": "zero_total_variance"}
    assert isinstance(found["kappa"], dict)
    assert found["kappa"]["quadratic"]["reason"] == "zero_total_variance"


def test_an_agreement_icc_with_an_interval_but_without_f_says_why() -> None:
    found = _agreement([[1, 2], [2, 3], [4, 5]]).as_json()

    assert isinstance(found["icc"], dict)
    form = found["icc"]["ICC(2,1)"]
    assert form["low"] is not None
    assert form["f"] is None
    assert form["reason"] == "mse_zero"


def test_one_complete_row_is_too_few_and_says_so_for_plain_figures_too() -> None:
    found = _agreement([[1, 2], [None, 1]]).as_json()

    assert found["sem"] is None
    assert found["reasons"] == {"sem": "too_few", "sdd": "too_few"}
    assert isinstance(found["icc"], dict)
    assert {form["reason"] for form in found["icc"].values()} == {"too_few"}


def test_of_three_readings_pairwise_figures_need_two_columns_and_the_others_stand() -> None:
    found = _agreement([[1, 2, 3], [2, 3, 4], [0, 0, 1], [5, 4, 4]]).as_json()

    for name in ("bland_altman", "spearman"):
        figure = found[name]
        assert isinstance(figure, dict)
        assert figure["reason"] == "needs_two_columns"
    assert found["sem"] is not None
    assert found["exact"] == 0.0


def test_the_scale_decides_ac2_and_leaves_kappa_alone() -> None:
    without, on_ten = _agreement(GRADES), _agreement(GRADES, ScaleRange(0, 10))

    assert without.kappa == on_ten.kappa
    assert without.ac2[Weighting.LINEAR].value.reason is Reason.NEEDS_SCALE
    assert on_ten.ac2[Weighting.LINEAR].value.estimate is not None


def test_on_a_scale_of_change_nothing_there_is_0_and_on_1_to_5_it_is_1() -> None:
    assert ScaleRange(-3, 3).nothing == 0
    assert ScaleRange(1, 5).nothing == 1
    assert _agreement([[1, 1], [1, 2], [1, 1], [1, 3]], ScaleRange(1, 5)).kappa[Weighting.LINEAR].non_zero == 2


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([], "there are no rows of scores"),
        ([[1], [2]], "there is 1 column of scores"),
        ([[1, 2], [1]], "row 2 has 1 scores where row 1 has 2"),
        ([[1, 2], [1, float("nan")]], "row 2, column 2: nan is no score"),
        ([[1, 2], [1e13, 2]], r"row 2, column 1: 1e\+13 is no score"),
        ([[1, 2], [1, 4]], "row 2, column 2: 4 is not on the scale 0 to 3: correct the score or the scale"),
    ],
)
def test_rows_that_are_no_table_are_refused_with_their_place(rows: list[list[float | None]], message: str) -> None:
    with pytest.raises(TableRefused, match=message):
        _agreement(rows, ScaleRange(0, 3))


def test_a_level_in_per_cent_is_refused() -> None:
    with pytest.raises(LevelRefused, match=r"for 95 % write 0\.95"):
        agreement_of_table(GRADES, level=95)


def test_every_line_says_how_many_rows_and_readings_and_every_interval_its_level() -> None:
    lines = as_text(agreement_of_table(GRADES, level=0.99, scale=ScaleRange(0, 3))).splitlines()

    figures = [line for line in lines if not line.startswith(("Warning", "*"))]
    assert all("n = 6, k = 2" in line for line in figures)
    assert all("99 % CI" in line for line in lines if " CI " in line)
    # F(5, 5) at 0.995 is 14.94 in printed tables: 1 - 14.94/8.667 = -0.724, 1 - 1/(8.667 * 14.94) = 0.992
    assert (
        "ICC(3,k) = ICC(C,k), two-way mixed, consistency, average of 2 readings (n = 6, k = 2): "
        "0.885 (99 % CI -0.724 to 0.992); F(5, 5) = 8.667, p = 0.0167" in lines
    )


def test_under_fifteen_rows_a_warning_stands_before_the_figures() -> None:
    fourteen: list[list[float | None]] = [[float(row % 4), float(row % 3)] for row in range(14)]

    assert "Warning: n = 14 is under 15" in as_text(_agreement(fourteen)).splitlines()[1]
    assert "Warning" not in as_text(_agreement([*fourteen, [1, 2]]))


def test_a_limit_above_1_is_cut_in_words_with_a_mark_and_kept_in_json() -> None:
    agreement = _agreement([*GRADES, [2, 2], [3, 3]])
    found = agreement.as_json()

    kappa = agreement.kappa[Weighting.UNWEIGHTED].value
    assert kappa.high is not None
    assert kappa.high > 1
    assert "to 1.000*)" in as_text(agreement)
    assert as_text(agreement).rstrip().endswith("* shown as 1, calculated above 1; --json has the calculated limit")
    assert found["n"] == 8


def test_the_columns_that_were_compared_are_named_when_they_are_known() -> None:
    assert "Columns compared: first, second" in as_text(_agreement(GRADES), ("first", "second")).splitlines()
    assert "Columns compared" not in as_text(_agreement(GRADES))


def test_what_is_undefined_is_said_in_words() -> None:
    text = as_text(_agreement([[2, 2], [2, 2], [2, 2]]))

    assert "not calculable (all scores are equal)" in text
    assert set(WHY) == set(Reason)


def test_scipy_is_loaded_when_a_number_is_asked_for_and_not_before() -> None:
    code = "import sys, scoring.agreement.table, scoring.agreement.words; sys.exit('scipy' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[3], check=False, timeout=60)

    assert done.returncode == 0
