"""A study whose grades are letters, after it was read: sheet, results for an archive and back, wide file, agreement."""

from __future__ import annotations

import csv
import json
import re
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from scoring.readings.order import keys_in_reading_order
from scoring.readings.reading import AnswerChanged, Graded, SiteKey
from scoring.schemes.grade_names import grade_name
from scoring.schemes.scheme import FeatureCode, SiteCode, grades_on
from storage.exporting.export import export_study
from storage.exporting.writing import Wish
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from storage.study.signed_readings import signed_readings
from tests.builders.lived.readers import sign
from tests.exchange.results_out.conftest import groups, items, report_in
from tests.exchange.sample_study import a_study_of_the_sample
from workstation.app.results_out.writing import for_science
from workstation.cli import main
from workstation.reporting.read_sheet import read_sheet

SCHEME = Path(__file__).parents[1] / "scoring" / "schemes" / "lettered"


def read_by(trial: Path, reader: str, shift: int) -> tuple[str, dict[SiteKey, str]]:
    """Every site graded and the case signed; the case, and the letter or number of each site."""
    with ReaderStudy.open(trial, reader) as door:
        (case,) = [entry.case for entry in door.worklist()]
        scheme, given = door.scheme, {}
        for place, key in enumerate(keys_in_reading_order(scheme)):
            allowed = grades_on(scheme.feature(key.feature).scale)
            given[key] = allowed[(place + key.visit + shift) % len(allowed)]
        door.record(case, [AnswerChanged(key, None, Graded(grade)) for key, grade in given.items()], "room")
    sign(trial, reader, case)
    return case, {key: grade_name(scheme.feature(key.feature).scale, grade) for key, grade in given.items()}


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, dict[SiteKey, str]]:
    folder = tmp_path_factory.mktemp("letters") / "trial"
    a_study_of_the_sample(folder, "AD", str(SCHEME))
    with CoordinatorStudy.open(folder) as study:
        study.assign("ES", seed=2)
    read_by(folder, "ES", 1)
    return (folder, *read_by(folder, "AD", 0))


def test_the_read_sheet_has_the_letters_and_their_numbers(trial: tuple[Path, str, dict[SiteKey, str]]) -> None:
    (found,) = signed_readings(trial[0], "AD")

    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", read_sheet(found, {}).partition("</style>")[2]))

    assert "Erosion (A, B, C, C+ (0, 1, 2.5, 10))" in words
    for site, name in (("CAP", "Capitate"), ("LUN", "Lunate"), ("SCA", "Scaphoid"), ("HAM", "Hamate")):
        one, two = (trial[2][SiteKey(visit, FeatureCode("ERO"), SiteCode(site))] for visit in (1, 2))
        assert f"{name} {one} {two}" in words


def test_results_for_an_archive_say_letter_and_number_and_come_back_by_their_own_mapping(
    trial: tuple[Path, str, dict[SiteKey, str]], tmp_path: Path
) -> None:
    pytest.importorskip("highdicom")
    folder, case, given = trial

    for_science(folder, tmp_path / "out", "AD", "", lambda _done, _total, _stage: None)

    report = report_in(tmp_path / "out", case, 1)
    letters = {
        (feature, item.ConceptCodeSequence[0].CodeValue, item.ConceptCodeSequence[0].CodeMeaning)
        for (feature, _), group in groups(report).items()
        for item in items(group, "CODE")
        if item.ConceptNameCodeSequence[0].CodeValue == feature
    }
    assert letters == {
        (str(key.feature), f"GRADE-{name}", f"Grade {name}") for key, name in given.items() if key.visit == 1
    }
    # A and B and C and C+ are 0, 1, 2.5 and 10
    number = {"A": "0", "B": "1", "C": "2.5", "C+": "10"}
    eroded = {
        str(item.MeasuredValueSequence[0].NumericValue)
        for (feature, _), group in groups(report).items()
        if feature == "ERO"
        for item in items(group, "NUM")
    }
    assert eroded == {number[name] for key, name in given.items() if (key.visit, key.feature) == (1, "ERO")}
    (mapping,) = (tmp_path / "out").rglob("*mapping*.toml")
    assert '"99RAMRIS:GRADE-C+" = "C+"' in mapping.read_text(encoding="utf-8")


def test_the_lists_of_codes_of_an_export_join_letters_and_numbers(
    trial: tuple[Path, str, dict[SiteKey, str]], tmp_path: Path
) -> None:
    assert main(["export", str(trial[0]), str(tmp_path / "out"), "--wide"]) == 0

    with (tmp_path / "out" / "codelists.csv").open(encoding="utf-8", newline="") as file:
        rows = [tuple(row.values()) for row in csv.DictReader(file)]
    assert [row[2:4] for row in rows if row[0] == "grade_ero"] == [
        ("0", "A: none"),
        ("1", "B: small"),
        ("2.5", "C: large"),
        ("10", "C+: total"),
    ]


def test_where_two_readers_differ_people_are_told_letters_and_programs_numbers(
    trial: tuple[Path, str, dict[SiteKey, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    ours = SiteKey(1, FeatureCode("SYN"), SiteCode("RC"))
    (whole,) = signed_readings(trial[0], "ES")
    theirs = whole.reading.answer(ours)
    assert isinstance(theirs, Graded)
    named = grade_name(whole.scheme.features[0].scale, theirs.grade)

    main(["study", "disagreements", str(trial[0])])
    assert f"visit 1 SYN RC: AD {trial[2][ours]}, ES {named}" in capsys.readouterr().out
    main(["study", "disagreements", str(trial[0]), "--json"])

    told = json.loads(capsys.readouterr().out)
    (first, *_) = [item for item in told["disagreements"] if (item["visit"], item["site"]) == (1, "RC")]
    assert Decimal(first["answers"]["ES"]) == theirs.grade


def test_the_check_of_a_study_says_whose_wishes_are_met(
    trial: tuple[Path, str, dict[SiteKey, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    """The scheme has no protocol of its own: what its features name is asked in its name."""
    main(["study", "check", str(trial[0])])

    assert "1 of 1 subjects have all that lettered asks for" in capsys.readouterr().out


def test_a_final_value_is_a_letter_where_a_reader_gave_it_and_never_a_mean_by_chance(
    trial: tuple[Path, str, dict[SiteKey, str]], tmp_path: Path
) -> None:
    """Of ranks N 0, M 1, S 2 the mean of S and N is 1: nobody said M. Sites that differ by 3 or more go to a third."""
    folder = shutil.copytree(trial[0], tmp_path / "trial")
    with CoordinatorStudy.open(folder) as study:
        study.set_design("adjudicate", "site:3", "as the protocol says")
        study.set_design("final", "median", "as the protocol says")
        study.adjudicate("PK", None, "", seed=1)
    read_by(folder, "PK", 0)

    export_study(folder, tmp_path / "csv", Wish())

    with (tmp_path / "csv" / "final.csv").open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["visit"] == "V1"]
    said = {
        (row["feature"], row["reader_1_answer"], row["reader_2_answer"]): (
            row["final"],
            row["final_letter"],
            row["how"],
        )
        for row in rows
    }
    assert said["SYN", "2", "0"] == ("1", "", "MEAN_OF_TWO")
    assert said["SYN", "0", "1"] == ("0.5", "", "MEAN_OF_TWO")
    assert said["ERO", "1", "2.5"] == ("1.75", "", "MEAN_OF_TWO")
    assert said["ERO", "10", "0"] == ("10", "C+", "MEDIAN")
    assert {row["final_letter"] for row in rows if row["feature"] == "OST"} == {""}
