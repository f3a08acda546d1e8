"""Pairs of readings that agreement is computed from."""

from __future__ import annotations

from pathlib import Path

import pytest

from scoring.comparison.intra_reader import intra_reader
from storage.errors import RecordDamaged, StudyError, UnknownReader
from storage.records import Assignment
from storage.study.coordinator import CoordinatorStudy
from storage.study.repeats import finished_repeats
from tests.builders.studies import an_assigned_study, answer, changed, key, read_whole, record, tamper


@pytest.fixture
def read_again(tmp_path: Path) -> tuple[Path, tuple[Assignment, ...]]:
    """Three cases of ES read with capitate erosion 1, 2, 3, all drawn again; two repeats whole, with 5; one begun."""
    folder, cases = an_assigned_study(tmp_path / "trial", subjects=3)
    for grade, case in enumerate(cases, 1):
        read_whole(folder, case, {"1 ERO CAP": str(grade)})
    with CoordinatorStudy.open(folder) as study:
        drawn = study.reread("ES", 3, seed=7)
    for item in drawn[:2]:
        read_whole(folder, item.case, {"1 ERO CAP": "5"})
    record(folder, drawn[2].case, changed("1 ERO CAP", "5"))
    return folder, drawn


def test_a_pair_is_the_first_and_the_repeated_reading_of_one_subject(
    read_again: tuple[Path, tuple[Assignment, ...]],
) -> None:
    folder, drawn = read_again
    with CoordinatorStudy.open(folder) as study:
        grade_of = {item.subject: str(grade) for grade, item in enumerate(study.assign("ES"), 1)}

    found = finished_repeats(folder, "ES")

    at = key("1 ERO CAP")
    assert {pair.subject: (pair.first.answer(at), pair.repeat.answer(at)) for pair in found.pairs} == {
        item.subject: (answer(grade_of[item.subject]), answer("5")) for item in drawn[:2]
    }


def test_a_repeat_that_lacks_answers_is_counted_and_left_out(read_again: tuple[Path, tuple[Assignment, ...]]) -> None:
    found = finished_repeats(read_again[0])

    assert (found.reader, len(found.pairs), found.drawn, found.unfinished) == ("ES", 2, 3, 1)


def test_the_pairs_of_the_record_go_through_to_the_figures(read_again: tuple[Path, tuple[Assignment, ...]]) -> None:
    folder, drawn = read_again
    read_again_whole = drawn[2].case
    record(folder, read_again_whole, changed("1 ERO CAP", "", before="5"))
    read_whole(folder, read_again_whole, {"1 ERO CAP": "5"})

    repeats = finished_repeats(folder)
    found = intra_reader(repeats.scheme, repeats.reader, repeats.pairs, level=0.95)

    # repeat minus first: 4, 3, 2
    (erosion,) = [item for item in found.totals if (item.total.code, item.at) == ("EROTOT", "1")]
    assert erosion.table.differences.bias.estimate == pytest.approx(3.0)
    assert erosion.table.differences.sd == pytest.approx(1.0)


def test_a_readers_copy_shows_no_figures_while_reads_are_open(
    read_again: tuple[Path, tuple[Assignment, ...]],
) -> None:
    folder, _ = read_again
    for part in folder.glob("vault.db*"):
        part.unlink()

    with pytest.raises(StudyError, match=r"1 reading lacks answers and this copy has no vault\.db"):
        finished_repeats(folder)


def test_without_the_vault_the_pairs_are_the_same_once_all_is_read(
    read_again: tuple[Path, tuple[Assignment, ...]],
) -> None:
    folder, drawn = read_again
    record(folder, drawn[2].case, changed("1 ERO CAP", "", before="5"))
    read_whole(folder, drawn[2].case)
    before = finished_repeats(folder)
    for part in folder.glob("vault.db*"):
        part.unlink()

    assert finished_repeats(folder) == before


def test_where_nothing_was_drawn_the_refusal_says_how_to_draw(tmp_path: Path) -> None:
    folder, _ = an_assigned_study(tmp_path / "trial")

    with pytest.raises(StudyError) as refused:
        finished_repeats(folder, "ES")
    assert str(refused.value) == (
        "No case of ES has been read twice; `ramris reread DIR --reader ES --n 10` draws some"
    )
    with pytest.raises(StudyError, match="No case has been read twice; `ramris reread"):
        finished_repeats(folder)


def test_where_no_repeat_is_finished_the_refusal_says_so(tmp_path: Path) -> None:
    folder, (case,) = an_assigned_study(tmp_path / "trial")
    read_whole(folder, case)
    with CoordinatorStudy.open(folder) as study:
        study.reread("ES", 1)

    with pytest.raises(StudyError, match="No case of ES has been read twice yet: 1 drawn, none of them finished"):
        finished_repeats(folder)


def test_a_reader_who_has_no_worklist_is_refused(tmp_path: Path) -> None:
    folder, _ = an_assigned_study(tmp_path / "trial")

    with pytest.raises(UnknownReader, match="Reader 'MO' has no worklist here"):
        finished_repeats(folder, "MO")


def test_of_several_readers_one_must_be_named(read_again: tuple[Path, tuple[Assignment, ...]]) -> None:
    folder, _ = read_again
    with CoordinatorStudy.open(folder) as study:
        (case, *_) = study.assign("AB", seed=2)
        read_whole(folder, case.case, reader="AB")
        study.reread("AB", 1)

    with pytest.raises(StudyError, match="AB and ES have re-reads here; choose one: --reader AB"):
        finished_repeats(folder)
    assert finished_repeats(folder, "ES").reader == "ES"


def test_a_damaged_record_gives_no_figures(read_again: tuple[Path, tuple[Assignment, ...]]) -> None:
    folder, _ = read_again
    tamper(folder, "UPDATE event SET after = '9' WHERE seq = 5")

    with pytest.raises(RecordDamaged, match="record row 5"):
        finished_repeats(folder)
