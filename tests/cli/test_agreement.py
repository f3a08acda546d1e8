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
