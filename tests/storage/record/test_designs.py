"""The design on disk: every version kept, stamped on each answer, changed for a reason once there is a grade."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from scoring.design.read_design import FIXED, SETTABLE, design_from
from scoring.errors import DesignRefused
from storage.audit.verification import audit
from storage.errors import RecordDamaged
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from tests.builders.studies import an_assigned_study, changed, record, tamper


def _set(folder: Path, key: str, value: str, why: str = "") -> None:
    with CoordinatorStudy.open(folder) as study:
        study.set_design(key, value, why)


def test_the_design_says_who_reads_and_from_which_seeds(tmp_path: Path) -> None:
    folder, _ = an_assigned_study(tmp_path / "trial", subjects=2)

    with CoordinatorStudy.open(folder) as study:
        design = study.design()

    assert (design.scheme_id, design.order, design.unit, design.readers) == ("ramris-wrist", "known", "pair", ("ES",))
    assert [(seed.reader, seed.round, seed.seed) for seed in design.seeds] == [("ES", 1, 1)]


def test_every_answer_carries_the_design_that_held_when_it_was_given(tmp_path: Path) -> None:
    folder, (case,) = an_assigned_study(tmp_path / "trial")
    record(folder, case, changed("1 ERO CAP", "3"))
    _set(folder, "reread_n", "10", "the protocol was amended")
    record(folder, case, changed("1 ERO HAM", "3"))

    connection = sqlite3.connect(folder / "study.db")
    stamps = connection.execute("SELECT design, design_sha256 FROM event ORDER BY seq").fetchall()
    designs = connection.execute("SELECT id, sha256 FROM design").fetchall()
    connection.close()

    # 1 the study was made, 2 subjects were assigned, 3 the change
    assert stamps == [designs[1], designs[2]]
    assert audit(folder).events == 2


def test_before_the_first_grade_no_reason_is_asked_and_after_it_one_is(tmp_path: Path) -> None:
    folder, (case,) = an_assigned_study(tmp_path / "trial")
    _set(folder, "feature_order", "ERO,OST,TEN,SYN")
    record(folder, case, changed("1 ERO CAP", "3"))

    with pytest.raises(DesignRefused, match="Give the reason for the change: --why TEXT"):
        _set(folder, "reread_n", "10", " ")
    _set(folder, "reread_n", "10", "as the protocol says")

    with CoordinatorStudy.open(folder) as study:
        assert [version.why for version in study.design_versions()] == [
            "the study was made",
            "subjects assigned to a reader",
            "before the first grade",
            "as the protocol says",
        ]


def test_setting_what_holds_already_is_nothing(tmp_path: Path) -> None:
    folder, _ = an_assigned_study(tmp_path / "trial")
    _set(folder, "reread_n", "10")
    _set(folder, "reread_n", "10")

    with CoordinatorStudy.open(folder) as study:
        assert len(study.design_versions()) == 3


def test_the_room_asks_in_the_designs_feature_order(tmp_path: Path) -> None:
    folder, _ = an_assigned_study(tmp_path / "trial")
    _set(folder, "feature_order", "ERO,OST,TEN,SYN")

    with ReaderStudy.open(folder, "ES") as study:
        assert [feature.code for feature in study.scheme.features] == ["ERO", "OST", "TEN", "SYN"]


def test_a_design_that_was_changed_by_hand_is_refused_at_opening(tmp_path: Path) -> None:
    folder, _ = an_assigned_study(tmp_path / "trial")
    tamper(folder, "UPDATE design SET content = REPLACE(content, '\"strict\"', '\"mean\"') WHERE id = 2")

    with pytest.raises(RecordDamaged, match="Design 2 was changed after it was recorded"):
        ReaderStudy.open(folder, "ES")


WISHES = [
    ("unit", "pair"),
    ("feature_order", "ERO,OST,TEN,SYN"),
    ("reread_n", "10"),
    ("reread_after_days", "180"),
    ("repeat_every", "10"),
    ("primary", "ES"),
    ("training", "trained"),
    ("adjudicate", "total:3"),
    ("adjudicating", "beside"),
    ("final", "median"),
    ("calibration", "ES"),
]


def test_every_part_that_can_be_set_to_another_value_is_tried_below() -> None:
    # the total rule has one value, and final values are of two readers: see tests/scoring/design/test_read_design.py;
    # who acts is asked of coordinators who have a passphrase: test_staff_passphrases.py
    assert {key for key, _ in WISHES} == set(SETTABLE) - {"total_rule", "final_readers", "acting"}


@pytest.mark.parametrize(("key", "value"), WISHES)
def test_after_the_first_grade_each_part_changes_for_a_reason_alone_and_the_record_has_it(
    tmp_path: Path, key: str, value: str
) -> None:
    folder, (case,) = an_assigned_study(tmp_path / "trial")
    record(folder, case, changed("1 ERO CAP", "3"))

    with pytest.raises(DesignRefused, match="Give the reason for the change"):
        _set(folder, key, value)
    _set(folder, key, value, "amendment 2")

    with CoordinatorStudy.open(folder) as study:
        assert study.design() != design_from(_contents(folder)[0])
        assert study.design_versions()[-1].why == "amendment 2"
    assert len(_contents(folder)) == 3
    assert audit(folder).events == 1


@pytest.mark.parametrize("key", FIXED)
@pytest.mark.parametrize("graded", [False, True])
def test_what_the_study_is_made_of_changes_neither_before_nor_after_the_first_grade(
    tmp_path: Path, key: str, *, graded: bool
) -> None:
    folder, (case,) = an_assigned_study(tmp_path / "trial")
    if graded:
        record(folder, case, changed("1 ERO CAP", "3"))

    with pytest.raises(DesignRefused, match=f"{key} is fixed when the study is made; make a new study for"):
        _set(folder, key, "hidden", "amendment 2")

    assert len(_contents(folder)) == 2


def test_who_reads_changes_by_assigning_and_that_is_on_the_record_with_its_seed(tmp_path: Path) -> None:
    folder, (case,) = an_assigned_study(tmp_path / "trial")
    record(folder, case, changed("1 ERO CAP", "3"))

    with CoordinatorStudy.open(folder) as study:
        study.assign("MO", seed=4)

        design, last = study.design(), study.design_versions()[-1]
    assert (design.readers, design.seeds[-1].seed) == (("ES", "MO"), 4)
    assert last.why == "subjects assigned to a reader"


def _contents(folder: Path) -> list[str]:
    connection = sqlite3.connect(folder / "study.db")
    found = [row[0] for row in connection.execute("SELECT content FROM design ORDER BY id")]
    connection.close()
    return found
