"""Every shipped scheme, one of letters and one of the knee, one way through: made into a study, entered, exported."""

from __future__ import annotations

import csv
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from scoring.readings.order import keys_in_reading_order
from scoring.readings.reading import SiteKey
from scoring.schemes.bands import band_of
from scoring.schemes.folder import shipped_ids
from scoring.schemes.grade_names import grade_name, letter_of, number_name
from scoring.schemes.scheme import FeatureCode, Scheme, grades_on
from storage.record.study_file import scheme_of
from storage.records import SubjectRecord
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from tests.builders.cases import a_case
from workstation.app.entering import enter
from workstation.app.schemes.given import given_folder, scheme_to_show
from workstation.app.studies import create_study
from workstation.cli import main
from workstation.diagram.outlines import diagram_of
from workstation.hanging.layout import layout_of

# folders of one's own beside what is shipped: grades that are letters, and another joint than the wrist
LETTERED, KNEE = (str(Path(__file__).parents[1] / "scoring" / "schemes" / name) for name in ("lettered", "moaks-knee"))
SCHEMES = (*shipped_ids(), LETTERED, KNEE)

# RAMRIS assesses these to a depth of 1 cm: Østergaard 2003
LONG_BONES = ["RAD", "ULN", "MC1", "MC2", "MC3", "MC4", "MC5"]


def a_study_of(given: str, folder: Path) -> str:
    """A study of one pair with the wrist's seven series, given to a reader; the case's code."""
    create_study(folder, given, "known")
    with CoordinatorStudy.open(folder) as study:
        study.replace_subject(SubjectRecord("S001", a_case().visits))
        (case,) = study.assign("AD", seed=1)
    return case.case


def typed(scheme: Scheme) -> dict[SiteKey, Decimal]:
    """A grade for each site and visit: every grade of every scale, as far as there are sites for them."""
    found = {}
    for place, key in enumerate(keys_in_reading_order(scheme)):
        allowed = grades_on(scheme.feature(key.feature).scale)
        found[key] = allowed[(place + key.visit) % len(allowed)]
    return found


def entered(scheme: Scheme, folder: Path, case: str, grades: dict[SiteKey, Decimal]) -> None:
    """The grades line by line, each by the name that the scheme has for it."""
    named = {key: grade_name(scheme.feature(key.feature).scale, grade) for key, grade in grades.items()}
    lines = [f"{case},{key.visit},{key.feature},{key.site},{name}\n".encode() for key, name in named.items()]
    done: list[int] = []
    complaints: list[str] = []
    with ReaderStudy.open(folder, "AD") as door:
        enter(door, lines, done.append, complaints.append)
    assert (len(done), complaints) == (len(grades), [])


def exported(folder: Path, out: Path, table: str) -> list[dict[str, str]]:
    assert main(["export", str(folder), str(out)]) == 0
    with (out / table).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("given", SCHEMES)
def test_what_is_entered_comes_out_with_the_sums_of_the_scheme(given: str, tmp_path: Path) -> None:
    scheme, folder = scheme_to_show(given), tmp_path / "trial"
    case, grades = a_study_of(given, folder), typed(scheme)
    assert len(grades) == 2 * scheme.sites_per_visit

    entered(scheme, folder, case, grades)

    rows = exported(folder, tmp_path / "out", "totals.csv")
    totals = {(row["visit"], row["total"]): row for row in rows}
    for visit in (1, 2):
        for total in scheme.totals:
            wanted = sum(
                (grade for key, grade in grades.items() if key.visit == visit and key.feature in total.features),
                Decimal(0),
            )
            assert Decimal(totals[f"V{visit}", total.code]["strict"]) == wanted
            assert total.minimum <= wanted <= total.maximum
    with (tmp_path / "out" / "scores.csv").open(encoding="utf-8", newline="") as file:
        scores = list(csv.DictReader(file))
    assert {row["scheme_sha256"] for row in scores} == {scheme.sha256}
    found = {(row["visit"], row["feature"], row["site"]): (row["score"], row["score_letter"]) for row in scores}
    for key, grade in grades.items():
        scale = scheme.feature(key.feature).scale
        assert found[f"V{key.visit}", key.feature, key.site] == (number_name(grade), letter_of(scale, grade))
    assert len(scores) == len(grades)


@pytest.mark.parametrize("given", SCHEMES)
def test_the_highest_grade_everywhere_is_the_highest_total(given: str) -> None:
    scheme = scheme_to_show(given)

    for total in scheme.totals:
        sites = [feature for feature in scheme.features if feature.code in total.features for _ in feature.sites]
        assert sum((feature.scale.maximum for feature in sites), Decimal(0)) == total.maximum


@pytest.mark.parametrize("given", SCHEMES)
def test_a_study_keeps_the_whole_folder_and_its_protocol(given: str, tmp_path: Path) -> None:
    a_study_of(given, tmp_path / "trial")

    with CoordinatorStudy.open(tmp_path / "trial") as study:
        assert dict(study.scheme.files or ()) == given_folder(given).parts
        assert study.design().scheme_sha256 == study.scheme.sha256
    assert (tmp_path / "trial" / "protocol.toml").is_file()
    assert main(["study", "check", str(tmp_path / "trial")]) in {0, 1}


def test_a_study_of_an_older_version_keeps_its_words_and_hangs_as_before(tmp_path: Path) -> None:
    folder = tmp_path / "trial"
    (folder / "images").mkdir(parents=True)
    shutil.copyfile(Path(__file__).parents[1] / "storage" / "old" / "study-0014.db", folder / "study.db")

    scheme = scheme_of(folder)

    tenosynovitis = scheme.feature(FeatureCode("TEN"))
    assert (scheme.version, scheme.files) == ("1.0.0", None)
    assert tenosynovitis.what_counts.startswith("Peritendinous effusion and/or enhancing tendon sheath")
    assert [str(row.kind) for row in layout_of(scheme).rows_for(FeatureCode("TEN"))] == ["T1FSGD", "T1", "T2FS"]
    # what later versions say by keys of their own
    assert [site.code for site in scheme.feature(FeatureCode("ERO")).sites if site.long_bone] == LONG_BONES
    assert [code.code for code in scheme.unscorable if code.series_absent] == ["SQ"]
    assert band_of(scheme, "ERO") is not None
    assert diagram_of(scheme) is not None
