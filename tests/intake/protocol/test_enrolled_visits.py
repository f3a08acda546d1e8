"""Visits of a person with many: what is compared is what is read together, and what nobody enrolled is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.builders.dicom_files import a_visit
from workstation.intake.findings import Level
from workstation.intake.importing.check_report import check_report
from workstation.intake.importing.importer import import_folders

if TYPE_CHECKING:
    from pathlib import Path

    from storage.study.coordinator import CoordinatorStudy

# Months between them: 4, 11, 4. The third and the fourth are at 1.5 tesla
DAYS = ("20230105", "20230506", "20240405", "20240804")
FIELD = (3, 3, 1.5, 1.5)


@pytest.fixture
def four_visits(study: CoordinatorStudy, tmp_path: Path) -> CoordinatorStudy:
    for number, (day, field) in enumerate(zip(DAYS, FIELD, strict=True), 1):
        more: dict[str, Any] = {"StudyDate": day, "MagneticFieldStrength": field, "Laterality": "R"}
        a_visit(tmp_path / "in" / str(number), f"1.2.{number}", **more)
    import_folders(study, [tmp_path / "in"])
    return study


def _codes(study: CoordinatorStudy, *codes: str) -> set[tuple[str, int | None, Level]]:
    return {(item.code, item.visit, item.level) for item in check_report(study).findings if item.code in codes}


def test_while_nobody_said_which_of_many_are_compared_the_person_isnt_given(four_visits: CoordinatorStudy) -> None:
    assert _codes(four_visits, "not-enrolled") == {("not-enrolled", None, Level.ERROR)}
    assert set(check_report(four_visits).holding()) == {"S001"}


def test_a_rule_that_somebody_chose_leaves_a_warning_of_what_it_leaves_out(four_visits: CoordinatorStudy) -> None:
    four_visits.set_enrolments("first-two")

    assert _codes(four_visits, "not-enrolled") == {("not-enrolled", None, Level.WARNING)}
    assert not check_report(four_visits).holding()


def test_visits_that_arent_read_together_are_not_compared(four_visits: CoordinatorStudy) -> None:
    """1 with 2 and 3 with 4: that eleven months and another magnet are between 2 and 3 is nobody's change."""
    four_visits.set_enrolments("disjoint-pairs")

    assert not _codes(four_visits, "not-enrolled", "months-apart", "changed")
    assert not check_report(four_visits).holding()


def test_each_visit_with_the_next_is_compared_with_the_next(four_visits: CoordinatorStudy) -> None:
    four_visits.set_enrolments("consecutive")

    months, changed = ("months-apart", 3, Level.WARNING), ("changed", 3, Level.WARNING)
    assert _codes(four_visits, "months-apart", "changed") == {months, changed}


def test_each_visit_with_the_first_is_compared_with_the_first(four_visits: CoordinatorStudy) -> None:
    """1 with 2, 3 and 4: fifteen and nineteen months, and twice another magnet."""
    four_visits.set_enrolments("each-with-first")

    assert _codes(four_visits, "months-apart") == {("months-apart", number, Level.WARNING) for number in (3, 4)}
    assert _codes(four_visits, "changed") == {("changed", number, Level.WARNING) for number in (3, 4)}
    said = [item.text for item in check_report(four_visits).findings if item.code == "months-apart"]
    # 2023-01-05 to 2024-04-05 are 456 days, to 2024-08-04 577: by a month of 365.25 / 12 days
    assert [text.split(",")[0] for text in said] == [
        "15.0 months between visits 1 and 3",
        "19.0 months between visits 1 and 4",
    ]
