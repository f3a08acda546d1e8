"""Planted faults and multi-frame files, brought in as a coordinator brings them in: what `study add --json` says."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from storage.study.coordinator import CoordinatorStudy
from workstation.intake.importing.check_report import check_report
from workstation.intake.importing.importer import import_folders
from workstation.phantom.faults import FAULTS, plant

WHOLE = [16] * 4 + [22] * 3
"""Slices of a visit's series: four coronal ones, three axial ones."""

Import = Callable[[Path], dict[str, Any]]


@pytest.fixture
def imported(tmp_path: Path) -> Import:
    """Import a folder to a new study; the object that `study add --json` prints."""

    def add(folder: Path) -> dict[str, Any]:
        with CoordinatorStudy.create(tmp_path / f"study of {folder.name}") as study:
            report: dict[str, Any] = import_folders(study, [folder]).as_json()
        return report

    return add


@pytest.fixture
def spoilt(small: Path, tmp_path: Path, imported: Import) -> Callable[[str], dict[str, Any]]:
    """Plant a fault in a copy of the small pair and import it."""

    def add(fault: str) -> dict[str, Any]:
        shutil.copytree(small, tmp_path / fault)
        plant(fault, tmp_path / fault)
        return imported(tmp_path / fault)

    return add


def texts(report: dict[str, Any]) -> list[tuple[str | None, int | None, str]]:
    """What was found, with the names of series left out, which are drawn at random."""
    words = [(f["subject"], f["visit"], f["text"].split()) for f in report["findings"]]
    return [
        (subject, visit, " ".join(w for w in text if not (len(w.strip(":")) == 8 and w.strip(":").isupper())))
        for subject, visit, text in words
    ]


def slices(report: dict[str, Any]) -> list[list[int]]:
    """Slices of the series of each visit of each subject."""
    visits = [visit for subject in report["subjects"] for visit in subject["visits"]]
    return [sorted(series["slices"] for series in visit["series"]) for visit in visits]


def aside(report: dict[str, Any]) -> dict[str, int]:
    """What was set aside, but for truth.csv and its companions."""
    return {item["why"]: item["count"] for item in report["set_aside"] if item["why"] != "not DICOM"}


def test_a_pair_without_a_fault_imports_whole_and_without_a_finding(small: Path, imported: Import) -> None:
    report = imported(small)

    assert slices(report) == [WHOLE, WHOLE]
    assert (texts(report), aside(report)) == ([], {})


def test_an_enhanced_pair_imports_with_the_same_facts_as_single_frames(
    small: Path, multi_frame: Path, imported: Import
) -> None:
    def facts(report: dict[str, Any]) -> list[dict[str, Any]]:
        found = []
        for visit in report["subjects"][0]["visits"]:
            for series in sorted(visit["series"], key=lambda s: (s["kind"], s["plane"])):
                kept = {key: value for key, value in series.items() if key not in {"code", "reasons"}}
                found.append({"visit": visit["visit"], **kept})
        return found

    plain, joined = imported(small), imported(multi_frame.parent)

    assert facts(joined) == facts(plain)
    assert len(facts(joined)) == 14
    assert texts(joined) == []


def test_a_missing_slice_is_found_as_a_gap(spoilt: Callable[[str], dict[str, Any]]) -> None:
    report = spoilt("missing-slice")

    # 22 slices 3.3 mm apart, the twelfth gone
    assert texts(report) == [("S001", 1, "T1 AX a gap of 6.60 mm between slices 11 and 12")]
    assert slices(report) == [sorted([*WHOLE[:-1], 21]), WHOLE]


def test_a_slice_sent_twice_is_found_and_no_series_is_chosen_for_the_reader(
    spoilt: Callable[[str], dict[str, Any]],
) -> None:
    report = spoilt("duplicate-slice")

    assert texts(report) == [
        ("S001", 1, "T1 AX images at positions that another image has already"),
        ("S001", 1, "2 series are axial T1: which one is to be read?"),
    ]
    assert slices(report) == [[1, *WHOLE], WHOLE]


def test_a_broken_copy_is_set_aside_by_name_and_leaves_a_gap(spoilt: Callable[[str], dict[str, Any]]) -> None:
    report = spoilt("truncated-file")

    assert list(aside(report).values()) == [1]
    assert all(why.startswith("the file is incomplete") for why in aside(report))
    assert any("a gap of 6.60 mm between slices 11 and 12" in text for _, _, text in texts(report))


def test_a_series_under_another_name_makes_two_subjects_that_both_lack_something(
    spoilt: Callable[[str], dict[str, Any]],
) -> None:
    report = spoilt("two-patients")

    assert sorted(slices(report), key=len) == [[22], sorted([*WHOLE[:-1]]), WHOLE]
    found = [(visit, text) for _, visit, text in texts(report)]
    assert (
        None,
        "one visit: a scan alone, not a pair",
    ) in found
    assert (2, "no axial fat-suppressed T2 series (T2FS AX)") in found


def test_a_follow_up_without_the_agent_lacks_both_series_after_it(spoilt: Callable[[str], dict[str, Any]]) -> None:
    report = spoilt("no-contrast")

    assert texts(report) == [
        ("S001", 2, "no axial post-contrast fat-suppressed T1 series (T1FSGD AX)"),
        ("S001", 2, "no coronal post-contrast fat-suppressed T1 series (T1FSGD COR)"),
    ]


def test_swapped_dates_come_in_in_the_order_that_they_say_and_the_check_names_what_contradicts_them(
    small: Path, imported: Import, spoilt: Callable[[str], dict[str, Any]], tmp_path: Path
) -> None:
    def lowest_axial(report: dict[str, Any]) -> list[list[float]]:
        return [
            next(s["first_position_mm"] for s in visit["series"] if (s["kind"], s["plane"]) == ("T1", "AX"))
            for visit in report["subjects"][0]["visits"]
        ]

    plain, swapped = imported(small), spoilt("swapped-visits")

    # a contradiction is asked, and until it is answered the dates hold
    ((subject, visit, asked),) = texts(swapped)
    assert (subject, visit) == ("S001", None)
    assert "are these the visits, in this order?" in asked
    assert "folder names or descriptions an" in asked.lower()
    assert lowest_axial(swapped) == lowest_axial(plain)[::-1]
    assert lowest_axial(plain)[0] != lowest_axial(plain)[1]
    # the descriptions still say month 0 and month 4
    assert _said_by_the_check(tmp_path / f"study of {small.name}") == []
    assert _said_by_the_check(tmp_path / "study of swapped-visits") == [asked]
    assert "disagree on which visit is baseline: swapped?" in asked


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("two-patients", "came from one folder: two patients"),
        (
            "no-contrast",
            "no axial post-contrast fat-suppressed T1 series (T1FSGD AX): synovitis and tenosynovitis will be",
        ),
        ("duplicate-slice", "2 series are T1 AX"),
    ],
)
def test_the_check_names_a_planted_fault(
    fault: str, says: str, spoilt: Callable[[str], dict[str, Any]], tmp_path: Path
) -> None:
    spoilt(fault)

    assert [text for text in _said_by_the_check(tmp_path / f"study of {fault}") if says in text]


def _said_by_the_check(study: Path) -> list[str]:
    with CoordinatorStudy.open(study) as opened:
        return [finding.text for finding in check_report(opened).findings]


def test_each_fault_has_its_test_here() -> None:
    assert set(FAULTS) == {
        *("missing-slice", "duplicate-slice", "truncated-file"),
        *("two-patients", "no-contrast", "swapped-visits"),
    }
