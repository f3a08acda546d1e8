"""`ramris sizes`: inputs first, then each size with its formula; the same as one object."""

from __future__ import annotations

import json

import pytest

from workstation.cli import main


def _said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["sizes", *arguments]) == 0
    return capsys.readouterr().out


def test_both_formulas_of_a_correlation_are_named_and_dropout_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    assert _said(capsys, "correlation", "--r", "0.4", "--dropout", "0.08").splitlines() == [
        "Correlation of 0.4, two-sided alpha 5 %, power 80 %:",
        "  46 pairs (45.92) by pwr's formula (R: pwr::pwr.r.test); 50 to begin with, if 8 % are lost",
        (
            "  47 pairs (46.73) by Fisher's z alone: ((z_alpha + z_power) / atanh r)^2 + 3; "
            "52 to begin with, if 8 % are lost"
        ),
    ]


def test_non_inferiority_prints_what_the_distance_was_made_of(capsys: pytest.CaptureFixture[str]) -> None:
    assert _said(capsys, "non-inferiority", "--margin", "2", "--difference", "1", "--sd", "2").splitlines() == [
        (
            "Non-inferiority of two means, margin 2, true difference 1, so a distance of 1; SD 2, one-sided alpha 5 %, "
            "power 80 %:"
        ),
        "  50 in each group (49.46) by 2 (SD / distance)^2 (z_alpha + z_power)^2",
        "  51 in each group by the t test, SD from the data (R: power.t.test)",
    ]


def test_an_icc_has_a_size_by_test_and_one_by_width(capsys: pytest.CaptureFixture[str]) -> None:
    by_test = json.loads(_said(capsys, "icc-test", "--null", "0.6", "--expected", "0.8", "--json"))
    by_width = json.loads(_said(capsys, "icc-width", "--expected", "0.8", "--width", "0.2", "--json"))

    assert by_test["given"] == {
        "null": 0.6, "expected": 0.8, "readings": 2, "alpha": 0.05, "power": 0.8, "sides": 1, "dropout": 0.0,
    }  # fmt: skip
    assert by_test["sizes"]["walter_eliasziw_donner"]["n"] == 39
    assert {name: size["n"] for name, size in by_width["sizes"].items()} == {"bonett": 51, "bonett_corrected": 55}
    assert "Bonett 2002" in _said(capsys, "icc-width", "--expected", "0.8", "--width", "0.2")
    assert "Walter, Eliasziw and Donner 1998" in _said(capsys, "icc-test", "--null", "0.6", "--expected", "0.8")


def test_a_number_that_is_planned_already_gives_its_power(capsys: pytest.CaptureFixture[str]) -> None:
    assert _said(capsys, "correlation", "--r", "0.4", "--n", "46") == "46 pairs: power 80.08 %\n"
    assert _said(capsys, "non-inferiority", "--margin", "2", "--sd", "2", "--n", "50") == (
        "50 in each group: power 99.96 %\n"
    )
    assert json.loads(_said(capsys, "correlation", "--r", "0.4", "--n", "46", "--json"))["power"] == pytest.approx(
        0.8007519935217394
    )


def test_what_gives_no_size_is_refused_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sizes", "correlation", "--r", "2"]) == 2
    assert capsys.readouterr().err == "ramris: r 2: give a correlation between 0 and 1, such as 0.4\n"
