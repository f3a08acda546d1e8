"""`ramris agreement --table`: one JSON object, or lines for a person, from any table of scores."""

import json
from pathlib import Path

import pytest

from tests.journeys.conftest import ramris

# Shrout & Fleiss 1979, Psychol Bull 86:420, table 2: six targets, four judges
SHROUT_FLEISS = "A,B,C,D\n9,2,5,8\n6,1,3,2\n8,4,6,8\n7,1,2,6\n10,5,6,9\n6,2,4,7\n"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "scores.csv"
    path.write_text(SHROUT_FLEISS, "utf-8")
    return path


def test_the_six_coefficients_of_shrout_and_fleiss_come_out_as_printed(table: Path) -> None:
    done = ramris("agreement", "--table", table, "--json")

    found = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    assert (found["n"], found["k"], found["level"], found["dropped"]) == (6, 4, 0.95, 0)
    printed = {name: round(form["estimate"], 2) for name, form in found["icc"].items()}
    # their table 4
    assert printed == {
        "ICC(1,1)": 0.17,
        "ICC(2,1)": 0.29,
        "ICC(3,1)": 0.71,
        "ICC(1,k)": 0.44,
        "ICC(2,k)": 0.62,
        "ICC(3,k)": 0.91,
    }


def test_a_visit_beside_the_readings_is_no_reading_of_them(tmp_path: Path) -> None:
    path = tmp_path / "scores.csv"
    path.write_text("id,visit,r1,r2\na,1,1,2\na,2,2,2\nb,1,0,1\nb,2,1,1\nc,1,3,3\nc,2,2,3\n", "utf-8")

    found = json.loads(ramris("agreement", "--table", path, "--json").stdout)

    # by hand: MSR 1.75, MSC 0.75, MSE 0.15, n 6, k 2
    assert found["icc"]["ICC(2,1)"]["estimate"] == pytest.approx(1.6 / (1.75 + 0.15 + 2 * 0.6 / 6))
    assert found["icc"]["ICC(3,1)"]["estimate"] == pytest.approx(1.6 / 1.9)
    assert (found["columns"], found["keys"]) == (["r1", "r2"], ["visit"])
    assert "No readings, by their headings: visit" in ramris("agreement", "--table", path).stdout


def test_for_people_each_figure_says_its_model_n_k_and_level(table: Path) -> None:
    done = ramris("agreement", "--table", table, "--level", "0.99")

    line = next(line for line in done.stdout.splitlines() if line.startswith("ICC(3,k)"))
    assert "two-way mixed, consistency, average of 4 readings (n = 6, k = 4)" in line
    assert "99 % CI" in line


@pytest.mark.parametrize(
    ("options", "says"),
    [(["--level", "95"], "write 0.95"), (["--scale", "9"], "scale"), (["--scale", "0,3"], "row")],
)
def test_a_wrong_option_is_refused_in_one_line(table: Path, options: list[str], says: str) -> None:
    refused = ramris("agreement", "--table", table, *options, "--json")

    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.count("\n") == 1
    assert says in refused.stderr


def test_a_table_with_missing_cells_has_figures_of_every_row_beside_those_of_complete_rows(tmp_path: Path) -> None:
    # Krippendorff's example: four observers, 12 units, seven cells missing
    rows = "1,1,,1\n2,2,3,2\n3,3,3,3\n3,3,3,3\n2,2,2,2\n1,2,3,4\n4,4,4,4\n1,1,2,1\n2,2,2,2\n,5,5,5\n,,1,1\n,,3,\n"
    path = tmp_path / "scores.csv"
    path.write_text("A,B,C,D\n" + rows, "utf-8")

    found = json.loads(ramris("agreement", "--table", path, "--json").stdout)
    text = ramris("agreement", "--table", path, "--bootstrap", "200").stdout

    assert (found["n"], found["dropped"]) == (8, 4)
    assert found["several"]["alpha"]["ordinal"]["estimate"] == pytest.approx(0.815388, abs=5e-7)
    assert found["several"]["fleiss"]["unweighted"]["estimate"] == pytest.approx(0.76117, abs=5e-6)
    assert found["several"]["components"]["cells"] == 41
    assert "Krippendorff's alpha, ordinal (11 rows paired): 0.815 (95 % CI" in text
    assert "Lin's concordance, D against A (n = 9)" in text


def test_two_tables_of_the_same_scans_have_their_iccs_compared(table: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text("r1,r2\n9,8\n6,6\n8,7\n7,6\n10,9\n6,6\n", "utf-8")

    done = ramris("agreement", "--table", table, "--against", other, "--json")
    text = ramris("agreement", "--table", table, "--against", other).stdout

    found = {item["form"]: item for item in json.loads(done.stdout)["against"]}
    assert (done.returncode, done.stderr) == (0, "")
    assert round(found["ICC(3,1)"]["first"], 2) == 0.71
    # by hand: MSR 62/15, MSE 2/15
    assert found["ICC(3,1)"]["second"] == pytest.approx(60 / 64)
    assert "ICC(3,1): 0.715 and 0.938; difference 0.223" in text


def test_tables_that_cannot_be_compared_are_refused_in_one_line(table: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text("r1,r2\n9,8\n6,6\n", "utf-8")

    fewer = ramris("agreement", "--table", table, "--against", other)
    alone = ramris("agreement", tmp_path, "--against", other)

    assert (fewer.returncode, alone.returncode) == (2, 2)
    assert "6 and 2 rows" in fewer.stderr
    assert "give --table" in alone.stderr
