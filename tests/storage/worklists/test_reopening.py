"""A first reading that was drawn to be read again is reopened: who sees what meanwhile, and what agreement compares."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.audit.verification import audit
from storage.errors import CaseClosed, StudyError, UnknownCase
from storage.records import Assignment
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from storage.study.repeats import finished_repeats
from tests.builders.editions import handed, rows, sign
from tests.builders.studies import an_assigned_study, answer, changed, key, read_whole, record, with_files

PLACE = "1 ERO CAP"


def _reopen(folder: Path, case: str) -> None:
    with CoordinatorStudy.open(folder) as study:
        study.reopen(case, "a slip of a row")


def _listed(folder: Path) -> list[str]:
    with ReaderStudy.open(folder, "ES") as study:
        return [entry.case for entry in study.worklist()]


def _subject(folder: Path, case: str) -> str:
    return next(str(of) for code, of in rows(folder, "SELECT code, subject FROM reading_case") if code == case)


@pytest.fixture
def again(tmp_path: Path) -> tuple[Path, tuple[str, ...], Assignment]:
    """Four cases: the first signed with erosion 4 and drawn again, the second begun, two unread; and the repeat."""
    folder, cases = an_assigned_study(tmp_path / "trial", subjects=4)
    read_whole(folder, cases[0], {PLACE: "4", "2 ERO CAP": "4"})
    sign(folder, cases[0])
    record(folder, cases[1], changed(PLACE, "1"))
    with CoordinatorStudy.open(folder) as study:
        (repeat,) = study.reread("ES", 1, seed=1)
    return folder, cases, repeat


def test_until_it_is_signed_again_nothing_is_listed_that_is_not_begun(
    again: tuple[Path, tuple[str, ...], Assignment],
) -> None:
    folder, cases, repeat = again
    before = _listed(folder)
    assert set(before) == {*cases[1:], repeat.case}

    _reopen(folder, cases[0])
    assert _listed(folder) == [cases[0], cases[1]]
    with ReaderStudy.open(folder, "ES") as study, pytest.raises(UnknownCase, match="is not on the worklist of ES"):
        study.record(repeat.case, [changed(PLACE, "1")], "enter")
    record(folder, cases[0], changed(PLACE, "3", before="4"))
    sign(folder, cases[0])

    assert _listed(folder) == before
    assert audit(folder).events


def test_a_copy_that_is_handed_over_meanwhile_holds_the_first_reading_and_not_its_repeat(
    again: tuple[Path, tuple[str, ...], Assignment],
) -> None:
    folder, cases, _ = again
    _reopen(folder, cases[0])

    copy = handed(with_files(folder), "copy")

    assert {row[0] for row in rows(copy, "SELECT code FROM reading_case")} == {cases[0], cases[1]}


def test_where_no_repeat_waits_a_reopened_case_keeps_no_other_back(tmp_path: Path) -> None:
    folder, cases = an_assigned_study(tmp_path / "trial", subjects=3)
    read_whole(folder, cases[0])
    sign(folder, cases[0])

    _reopen(folder, cases[0])

    assert set(_listed(folder)) == set(cases)


@pytest.mark.parametrize(
    ("when", "first"),
    [("before the repeat was begun", "3"), ("while the repeat is read", "4"), ("after the repeat was signed", "4")],
)
def test_agreement_compares_what_was_signed_before_the_repeat_was_begun(
    again: tuple[Path, tuple[str, ...], Assignment], when: str, first: str
) -> None:
    folder, cases, repeat = again

    def amend() -> None:
        _reopen(folder, cases[0])
        record(folder, cases[0], changed(PLACE, "3", before="4"))
        sign(folder, cases[0])

    if when.startswith("before"):
        amend()
    record(folder, repeat.case, changed("2 ERO CAP", "5"))
    if when.startswith("while"):
        amend()
    with ReaderStudy.open(folder, "ES") as study:
        study.record(repeat.case, [changed("2 ERO CAP", "", before="5")], "enter")
    read_whole(folder, repeat.case, {PLACE: "2"})
    sign(folder, repeat.case)
    if when.startswith("after"):
        amend()

    (pair,) = finished_repeats(folder).pairs

    assert (pair.first.answer(key(PLACE)), pair.repeat.answer(key(PLACE))) == (answer(first), answer("2"))


def test_a_case_that_was_drawn_again_before_it_was_signed_is_reopened_to_be_signed(tmp_path: Path) -> None:
    folder, cases = an_assigned_study(tmp_path / "trial")
    read_whole(folder, cases[0])
    with CoordinatorStudy.open(folder) as study:
        (repeat,) = study.reread("ES", 1, seed=1)
    _reopen(folder, cases[0])
    sign(folder, cases[0])
    read_whole(folder, repeat.case)
    sign(folder, repeat.case)

    with CoordinatorStudy.open(folder) as study:
        lock = study.lock()

    assert (lock.readings, lock.incomplete, lock.unsigned) == (2, 0, 0)
    assert audit(folder).events


def test_a_case_that_left_with_an_excluded_subject_is_nobodys_to_answer_until_that_is_taken_back(
    tmp_path: Path,
) -> None:
    folder, (first, other) = an_assigned_study(tmp_path / "trial", subjects=2)
    subject = _subject(folder, first)
    with ReaderStudy.open(folder, "ES") as door:
        door.park(first, "IMG")

    with CoordinatorStudy.open(folder) as study:
        study.exclude(subject, None, "", "consent withdrawn")
        assert not study.parked_cases()
        for deed in (study.reopen, study.resolve):
            with pytest.raises(StudyError, match=f"Case {first} left the worklists .* remove DIR NAME --undo"):
                deed(first, "a slip")
        assert _listed(folder) == [other]
        study.include(subject, None, "", "consent given again")
        assert [item.case for item in study.parked_cases()] == [first]
        study.resolve(first, "answered")

    assert set(_listed(folder)) == {first, other}


def test_a_case_whose_reader_was_given_another_for_it_does_not_keep_the_study_from_its_lock(tmp_path: Path) -> None:
    folder, (first, _) = an_assigned_study(tmp_path / "trial", subjects=2)
    subject = _subject(folder, first)
    with CoordinatorStudy.open(folder) as study:
        study.exclude(subject, 2, "", "the coil was broken")
        study.assign("ES", seed=2)
        study.include(subject, 2, "", "it wasn't")
    for case in _listed(folder):
        read_whole(folder, case)
        sign(folder, case)

    with CoordinatorStudy.open(folder) as study:
        lock = study.lock()

    assert (lock.readings, lock.incomplete, lock.unsigned) == (2, 0, 0)
    assert audit(folder).events


def test_a_draft_that_its_reader_can_open_is_not_reopened(tmp_path: Path) -> None:
    folder, cases = an_assigned_study(tmp_path / "trial")
    read_whole(folder, cases[0])

    with CoordinatorStudy.open(folder) as study, pytest.raises(StudyError, match="is not signed"):
        study.reopen(cases[0], "a slip")
    sign(folder, cases[0])
    with ReaderStudy.open(folder, "ES") as study, pytest.raises(CaseClosed):
        study.park(cases[0], "IMG")
