"""A visit without images asks for nothing: it takes no answer, counts for nothing, and isn't signed."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest

from scoring.errors import AnswerRefused
from scoring.readings.order import keys_in_reading_order
from scoring.readings.reading import AnswerChanged, Graded
from storage.audit import verification
from storage.audit.disagreements import disagreements
from storage.audit.verified_readings import study_readings
from storage.database import study_schema as tables
from storage.errors import NotSigned, RecordDamaged, StudyError
from storage.handover.hand_over import hand_over
from storage.record import chain, designs, grade_events
from storage.record.study_file import open_study_file
from storage.records import KeyImage, SiteNote, SubjectRecord
from storage.recovery.merge import merge
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from storage.vault.vault import Vault
from tests.builders.studies import (
    a_study,
    a_subject,
    answer,
    as_it_is,
    changed,
    key,
    read_whole,
    record,
    with_files,
)

NO_CONTRAST = {
    "no-contrast-synovitis": "judged on the atlas images",
    "no-contrast-tenosynovitis": "judged on the atlas images",
}
# S001 with one visit, signed with answers at both by the program of schema 11; S002 with one visit, a draft that has
# an answer at each; S003 with both visits, signed
OLD = Path(__file__).parents[1] / "old" / "study-0011-one-visit.db"


def _one_visit(folder: Path, number: int = 1) -> tuple[Path, str]:
    """A study with one subject of one visit, given to ES; its case."""
    with CoordinatorStudy.open(a_study(folder)) as study:
        study.replace_subject(a_subject("S001", visits=(number,)))
        (given,) = study.assign("ES", seed=1)
    return folder, given.case


def _old(folder: Path) -> Path:
    (folder / "images").mkdir(parents=True)
    shutil.copyfile(OLD, folder / "study.db")
    Vault.create(folder).close()
    return folder


def _sign(folder: Path, case: str) -> None:
    with ReaderStudy.open(folder, "ES") as study:
        study.sign(case, NO_CONTRAST)


@pytest.mark.parametrize("number", [1, 2])
def test_a_case_of_one_visit_asks_for_43_answers_at_its_first_position_whichever_visit_it_is(
    tmp_path: Path, number: int
) -> None:
    folder, case = _one_visit(tmp_path / "trial", number)

    read_whole(folder, case)

    with ReaderStudy.open(folder, "ES") as study:
        (entry,) = study.worklist()
        assert (entry.answered, entry.wanted) == (43, 43)
        assert [visit.number for visit in study.case(case).visits] == [1]
    with CoordinatorStudy.open(folder) as study:
        assert study.board()[0].read == 1


def test_an_answer_a_note_and_a_key_image_at_an_absent_visit_are_refused_and_change_nothing(tmp_path: Path) -> None:
    folder, case = _one_visit(tmp_path / "trial")
    refusal = f"case {case} shows no visit 2: it asks for visit 1 alone. Nothing was changed"

    with ReaderStudy.open(folder, "ES") as study:
        with pytest.raises(AnswerRefused, match=refusal):
            study.record(case, [changed("1 ERO CAP", "1"), changed("2 ERO CAP", "1")], "enter")
        with pytest.raises(AnswerRefused, match=refusal):
            study.note(case, key("2 ERO CAP"), SiteNote("a cyst"))
        image = KeyImage(1, key("2 ERO CAP"), "S001V1", 0, (0.0, 0.0, 0.0), 0.0, 1.0)
        with pytest.raises(AnswerRefused, match=refusal):
            study.keep_image(case, image)

    assert verification.audit(folder).events == 0


def test_a_scan_is_signed_with_43_answers_and_with_totals_of_its_own_visit_alone(tmp_path: Path) -> None:
    folder, case = _one_visit(tmp_path / "trial")
    read_whole(folder, case, {"1 ERO CAP": "4"})

    _sign(folder, case)

    with closing(sqlite3.connect(folder / "study.db")) as plain:
        (detail,) = plain.execute("SELECT detail FROM act WHERE kind = 'signed'").fetchone()
    assert '"EROTOT":{"1":"4"}' in detail
    verification.audit(folder)
    with CoordinatorStudy.open(folder) as study:
        assert study.lock().incomplete == 0


def test_a_scan_that_lacks_an_answer_of_its_visit_is_not_signed_and_the_line_names_no_visit(tmp_path: Path) -> None:
    folder, case = _one_visit(tmp_path / "trial")
    read_whole(folder, case)
    record(folder, case, changed("1 ERO CAP", "", before="0"))

    with ReaderStudy.open(folder, "ES") as study, pytest.raises(NotSigned, match="Erosion Capitate") as refused:
        study.sign(case, NO_CONTRAST)

    assert "baseline" not in str(refused.value)


def test_a_case_whose_images_are_all_gone_is_never_read_completely(tmp_path: Path) -> None:
    folder, case = _one_visit(tmp_path / "trial")
    read_whole(folder, case)
    with CoordinatorStudy.open(folder) as study:
        study.replace_subject(SubjectRecord("S001", ()))

    with ReaderStudy.open(folder, "ES") as study:
        assert [(entry.answered, entry.wanted) for entry in study.worklist()] == [(0, 0)]
        with pytest.raises(NotSigned, match=f"case {case} has no images. Park it"):
            study.sign(case, NO_CONTRAST)
    with CoordinatorStudy.open(folder) as study:
        assert study.board()[0].read == 0
        with pytest.raises(StudyError, match="none can be drawn"):
            study.reread("ES", 1)
        with pytest.raises(StudyError, match="1 of 1 readings lack answers"):
            study.lock()


def test_a_scan_that_was_read_can_be_read_again(tmp_path: Path) -> None:
    folder, case = _one_visit(tmp_path / "trial")
    read_whole(folder, case)

    with CoordinatorStudy.open(folder) as study:
        (again,) = study.reread("ES", 1)

    with ReaderStudy.open(folder, "ES") as study:
        assert [(entry.case, entry.wanted) for entry in study.worklist()] == [(again.case, 43)]


def test_readers_disagree_only_at_visits_that_both_were_shown(tmp_path: Path) -> None:
    folder, case = _one_visit(tmp_path / "trial")
    with CoordinatorStudy.open(folder) as study:
        study.replace_subject(a_subject("S001"))
        (pair,) = study.assign("MO", seed=1)
    read_whole(folder, case, {"1 ERO CAP": "4"})
    read_whole(folder, pair.case, {"1 ERO CAP": "1", "2 ERO CAP": "3"}, "MO")

    found = disagreements(folder, ("ES", "MO"), "1")

    assert [(item.key, item.difference) for item in found] == [(key("1 ERO CAP"), Decimal(-3))]
    with CoordinatorStudy.open(folder) as study:
        (third,) = study.adjudicate("TH", ("ES", "MO"), "1")
    with ReaderStudy.open(folder, "TH") as study:
        assert [visit.number for visit in study.case(third.case).visits] == [1]


def test_a_copy_with_an_answer_at_a_visit_that_its_case_does_not_show_is_not_merged(tmp_path: Path) -> None:
    folder, case = _one_visit(tmp_path / "trial")
    (made,) = hand_over(with_files(folder), tmp_path / "out", as_it_is)
    # what a changed program could write: a row at visit 2, sealed as any other
    store, row = open_study_file(made.folder)
    with store.writing() as connection:
        design = designs.stamp(connection)
        stamp = grade_events.Stamp("ES", case, 1, "room", row.scheme.sha256, *design)
        grade_events.append(connection, stamp, chain.last(connection, tables.event), [changed("2 ERO CAP", "1")])
    store.close()

    with pytest.raises(RecordDamaged, match=f"Not merged: out: record row 1: case {case} shows no visit 2"):
        merge(folder, [made.folder])

    assert verification.audit(folder).events == 0


def test_a_study_of_before_keeps_what_was_answered_at_an_absent_visit_and_asks_for_it_no_more(tmp_path: Path) -> None:
    folder = _old(tmp_path / "trial")

    assert verification.audit(folder).events == 86 + 86 + 2

    with ReaderStudy.open(folder, "ES") as study:
        far = {entry.case: (entry.answered, entry.wanted, entry.status) for entry in study.worklist()}
        assert far == {"C3T3W": (43, 43, "signed"), "NXP3J": (86, 86, "signed"), "YJV9D": (1, 43, "draft")}
        assert study.reading("YJV9D").answers == {key("1 ERO CAP"): answer("3")}
    readings = {item.subject: item for item in study_readings(folder).readings}
    assert readings["S001"].complete
    assert {at.visit for at in readings["S001"].reading.answers} == {1}
    assert not readings["S002"].complete


def test_a_draft_of_before_is_finished_at_its_own_visit_signed_and_audited(tmp_path: Path) -> None:
    folder = _old(tmp_path / "trial")
    with ReaderStudy.open(folder, "ES") as study:
        kept = study.reading("YJV9D").answers
        blank = [at for at in keys_in_reading_order(study.scheme, (1,)) if at not in kept]
        study.record("YJV9D", [AnswerChanged(at, None, Graded(Decimal(0))) for at in blank], "room")

    _sign(folder, "YJV9D")

    verification.audit(folder)
