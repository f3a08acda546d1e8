"""Worklists and index: what the coordinator writes, and what of it the reader sees."""

from __future__ import annotations

from pathlib import Path

import pytest

from scoring.design.draws import draw_worklist
from scoring.design.secret_seed import SecretSeed
from storage.errors import StudyError, UnknownCase, UnknownReader
from storage.records import SubjectRecord
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from tests.builders.studies import a_study, a_subject, an_assigned_study, changed, record


def test_a_subject_comes_back_exactly_as_it_was_written(tmp_path: Path) -> None:
    with CoordinatorStudy.create(tmp_path / "trial") as study:
        study.replace_subject(a_subject("S002"))
        study.replace_subject(a_subject("S001", visits=(2,)))

        assert study.subjects() == (a_subject("S001", visits=(2,)), a_subject("S002"))


def test_a_subject_written_again_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    with CoordinatorStudy.create(tmp_path / "trial") as study:
        study.replace_subject(a_subject("S001"))
        study.replace_subject(a_subject("S001", visits=(1,)))

        assert study.subjects() == (a_subject("S001", visits=(1,)),)


def test_a_subject_without_images_is_a_subject(tmp_path: Path) -> None:
    with CoordinatorStudy.create(tmp_path / "trial") as study:
        study.replace_subject(SubjectRecord("S001", ()))

        assert study.subjects() == (SubjectRecord("S001", ()),)


def test_the_worklist_has_each_subject_once_in_the_order_of_the_seed(tmp_path: Path) -> None:
    codes = [f"S{number:03}" for number in range(1, 9)]
    with CoordinatorStudy.open(a_study(tmp_path / "trial", *codes)) as study:
        assigned = study.assign("ES", seed=5)
        secret = study.vault.secret

    assert tuple(item.subject for item in assigned) == draw_worklist(codes, SecretSeed(5, secret))
    assert {item.round for item in assigned} == {1}


def test_assigning_again_changes_nothing(tmp_path: Path) -> None:
    with CoordinatorStudy.open(a_study(tmp_path / "trial", "S001", "S002")) as study:
        first = study.assign("ES", seed=5)

        assert study.assign("ES", seed=6) == first
        assert study.assign("ES") == first
        assert study.seeds() == {"ES": (5,)}


def test_new_subjects_are_appended_behind_those_already_there(tmp_path: Path) -> None:
    with CoordinatorStudy.open(a_study(tmp_path / "trial", "S002", "S003")) as study:
        first = study.assign("ES", seed=5)
        study.replace_subject(a_subject("S001"))
        second = study.assign("ES", seed=6)

        assert second[:2] == first
        assert [item.subject for item in second[2:]] == ["S001"]
        assert study.seeds() == {"ES": (5, 6)}


def test_two_readers_know_one_subject_by_two_codes(tmp_path: Path) -> None:
    with CoordinatorStudy.open(a_study(tmp_path / "trial", "S001", "S002")) as study:
        codes = [item.case for reader in ("ES", "MO") for item in study.assign(reader, seed=5)]

    assert len(set(codes)) == 4


@pytest.mark.parametrize("reader", ["", "a b", "-x", "ü", "a" * 33, "a\n", "../x", "=1"])
def test_a_reader_id_that_could_be_mistaken_is_refused(tmp_path: Path, reader: str) -> None:
    with (
        CoordinatorStudy.open(a_study(tmp_path / "trial", "S001")) as study,
        pytest.raises(StudyError, match="1 to 32 letters"),
    ):
        study.assign(reader)


@pytest.mark.parametrize("seed", [-1, 2**31, 10**30])
def test_a_seed_out_of_range_is_refused(tmp_path: Path, seed: int) -> None:
    with (
        CoordinatorStudy.open(a_study(tmp_path / "trial", "S001")) as study,
        pytest.raises(StudyError, match="from 0 to 2147483647"),
    ):
        study.assign("ES", seed)


def test_a_reader_without_a_worklist_is_refused(tmp_path: Path) -> None:
    folder, _ = an_assigned_study(tmp_path / "trial", reader="ES")

    with pytest.raises(UnknownReader, match="Reader 'MO' has no worklist here; `ramris study assign` makes one"):
        ReaderStudy.open(folder, "MO")


def test_the_reader_sees_codes_and_progress_in_worklist_order(tmp_path: Path) -> None:
    folder, cases = an_assigned_study(tmp_path / "trial", subjects=3)
    record(folder, cases[1], changed("1 ERO CAP", "3"), changed("2 ERO CAP", "NC"), changed("1 SYN RC", "1"))
    record(folder, cases[1], changed("1 SYN RC", "", before="1"))

    with ReaderStudy.open(folder, "ES") as study:
        assert [(item.case, item.answered, item.wanted) for item in study.worklist()] == [
            (cases[0], 0, 86),
            (cases[1], 2, 86),
            (cases[2], 0, 86),
        ]


def test_a_case_shows_the_images_of_its_subject_and_nothing_else_of_it(tmp_path: Path) -> None:
    folder, cases = an_assigned_study(tmp_path / "trial")

    with ReaderStudy.open(folder, "ES") as study:
        case = study.case(cases[0])

    assert (case.code, case.images, case.visits) == (cases[0], folder / "images", a_subject("S001").visits)
    assert not hasattr(case, "subject")


@pytest.mark.case(108)
@pytest.mark.parametrize("ask", ["case", "reading", "bookmark"])
def test_another_readers_case_is_no_case(tmp_path: Path, ask: str) -> None:
    folder, cases = an_assigned_study(tmp_path / "trial", reader="ES")
    with CoordinatorStudy.open(folder) as study:
        study.assign("MO", seed=2)

    with ReaderStudy.open(folder, "MO") as other:
        with pytest.raises(UnknownCase, match=f"Case '{cases[0]}' is not on the worklist of MO"):
            getattr(other, ask)(cases[0])
        with pytest.raises(UnknownCase):
            other.record(cases[0], [changed("1 ERO CAP", "3")], "room")


def test_a_subject_has_answers_once_anything_was_recorded(tmp_path: Path) -> None:
    folder, cases = an_assigned_study(tmp_path / "trial", subjects=2)
    record(folder, cases[0], changed("1 ERO CAP", "3"))
    record(folder, cases[0], changed("1 ERO CAP", "", before="3"))

    with CoordinatorStudy.open(folder) as study:
        subject_of = {item.case: item.subject for item in study.assign("ES")}
        assert study.has_answers(subject_of[cases[0]])
        assert not study.has_answers(subject_of[cases[1]])


def test_one_seed_gives_two_studies_other_codes(tmp_path: Path) -> None:
    codes = []
    for name in ("one", "other"):
        with CoordinatorStudy.create(tmp_path / name) as study:
            study.replace_subject(a_subject("S001"))
            codes += [item.case for item in study.assign("ES", seed=1)]

    # two draws of 17 x 22**4 codes: by chance alike once in 4 million
    assert len(set(codes)) == 2
