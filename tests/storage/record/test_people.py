"""The list of people: made and changed with a reason, on the record, and never in the copy of another reader."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.acting import acting_as
from storage.audit.verification import audit
from storage.errors import StudyError
from storage.exporting.trail.trail_rows import Selection, trail_rows
from storage.handover.hand_over import hand_over
from storage.record.study_file import open_study_file
from storage.records import CaseProgress
from storage.recovery.merge import merge
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from storage.study.signed_readings import signed_readings
from storage.study.staffing import Change
from tests.builders.studies import a_study, an_assigned_study, as_it_is, read_whole, with_files
from workstation.cli import main

WHY = "named in the delegation log"
SMIT = Change(name="Ellen Smit", role="reader", trained="2001-03-01", since="2001-03-02")
HOLM = Change(name="Jens Holm", role="coordinator")


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """A study with a reader who has a case, and two people on its list."""
    folder, _ = an_assigned_study(tmp_path / "trial")
    with CoordinatorStudy.open(folder) as opened:
        opened.put_person("ES", SMIT, WHY)
        opened.put_person("JH", HOLM, WHY)
    return folder


@pytest.fixture
def as_holm(study: Path) -> Iterator[None]:
    """Jens Holm acts, from when he is on the list."""
    assert study.is_dir()
    token = acting_as.set("JH")
    yield
    acting_as.reset(token)


def _who(folder: Path) -> list[tuple[str, str]]:
    """Kind and who of each act, as the trail has it."""
    store, row = open_study_file(folder)
    with store.reading() as connection:
        rows = [
            (str(item.sealed.get("kind", "")), item.who) for item in trail_rows(connection, row.scheme, Selection())
        ]
    store.close()
    return rows


def test_what_is_said_of_somebody_is_on_the_record_with_its_reason_and_holds_until_it_is_changed(study: Path) -> None:
    with CoordinatorStudy.open(study) as opened:
        opened.put_person("ES", Change(until="2926-12-31"), "leaves at the end of the year")
        es, jh = opened.people()

    assert (es.name, es.role, es.trained, es.since, es.until) == (
        *("Ellen Smit", "reader", "2001-03-01", "2001-03-02", "2926-12-31"),
    )
    assert jh.role == "coordinator"
    assert ("staffed", "coordinator") in _who(study)
    audit(study)


@pytest.mark.parametrize(
    ("person", "change", "why", "told"),
    [
        ("E S", SMIT, WHY, "person 'E S'"),
        ("XX", Change(role="reader"), WHY, "the printed name is one line"),
        ("XX", Change(name="X", role="boss"), WHY, "role 'boss': one of coordinator, reader"),
        ("XX", Change(name="X\n", role="reader", trained="soon"), WHY, "--trained 'soon': a day such as 2026-03-01"),
        ("XX", Change(name="X\ny", role="reader"), WHY, "the printed name is one line"),
        ("ES", Change(until="2001-01-01"), WHY, "until 2001-01-01 is before 2001-03-02"),
        ("ES", Change(until="2001-02-30"), WHY, "--until '2001-02-30'"),
        ("ES", SMIT, WHY, "is on the list like this already"),
        ("ES", Change(until="2027-01-01"), " ", "reason"),
    ],
)
def test_what_can_t_be_said_is_refused_and_nothing_changes(
    person: str, change: Change, why: str, told: str, study: Path
) -> None:
    before = audit(study)
    with CoordinatorStudy.open(study) as opened, pytest.raises(StudyError, match=told):
        opened.put_person(person, change, why)

    assert audit(study) == before


def test_a_signature_keeps_the_name_that_was_printed_then(study: Path) -> None:
    (case,) = (item.case for item in _worklist(study))
    read_whole(study, case)
    with ReaderStudy.open(study, "ES") as door:
        sheet = door.signing_sheet(case)
        signature = door.sign(case, {item.id: "seen" for item in sheet.findings})
    with CoordinatorStudy.open(study) as opened:
        opened.put_person("ES", Change(name="Ellen Holm-Smit"), "has married")
    (found,) = signed_readings(study)

    assert sheet.name == signature.name == found.signature.name == "Ellen Smit"


def _worklist(folder: Path) -> tuple[CaseProgress, ...]:
    with ReaderStudy.open(folder, "ES") as door:
        return door.worklist()


@pytest.mark.usefixtures("as_holm")
def test_acts_of_the_coordinator_say_who_acts_from_there_on(study: Path) -> None:
    with CoordinatorStudy.open(study) as opened:
        opened.set_design("reread_n", "3")
    acting_as.set("")
    with CoordinatorStudy.open(study) as opened:
        opened.set_design("reread_n", "4")

    # vault_changed acts aside: each change that the vault has is put there too
    told = [row for row in _who(study) if row[0] in {"acting", "designed"}][-4:]
    assert told == [("acting", "JH"), ("designed", "JH"), ("acting", "coordinator"), ("designed", "coordinator")]
    audit(study)


@pytest.mark.parametrize("who", ["XX", "ES"])
def test_nobody_acts_for_the_coordinator_who_isn_t_one(who: str, study: Path) -> None:
    token = acting_as.set(who)
    with pytest.raises(StudyError, match="is no coordinator of this study today; on its list: JH"):
        CoordinatorStudy.open(study)
    acting_as.reset(token)


@pytest.mark.usefixtures("as_holm")
def test_who_has_left_acts_no_more(study: Path) -> None:
    with CoordinatorStudy.open(study) as opened:
        opened.put_person("JH", Change(until="2001-01-01"), "left")
    with pytest.raises(StudyError, match="is no coordinator"):
        CoordinatorStudy.open(study)


@pytest.mark.usefixtures("as_holm")
def test_a_readers_copy_holds_the_readers_own_line_and_no_other_name_or_id(study: Path, tmp_path: Path) -> None:
    (case,) = (item.case for item in _worklist(study))
    hand_over(with_files(study), tmp_path / "copy", as_it_is, "ES")

    content = (tmp_path / "copy" / "study.db").read_bytes()
    assert b"Ellen Smit" in content
    assert not [word for word in (b"Holm", b"JH", b"delegation", b"acting") if word in content]
    read_whole(tmp_path / "copy", case)
    with ReaderStudy.open(tmp_path / "copy", "ES") as door:
        sheet = door.signing_sheet(case)
        assert door.sign(case, {item.id: "seen" for item in sheet.findings}).name == "Ellen Smit"
    merge(study, [tmp_path / "copy"])
    assert [found.signature.name for found in signed_readings(study)] == ["Ellen Smit"]
    audit(study)


def test_where_the_design_says_so_only_trained_readers_get_cases(tmp_path: Path) -> None:
    folder = a_study(tmp_path / "trial", "S001", "S002")
    with CoordinatorStudy.open(folder) as opened:
        opened.set_design("training", "trained")
        with pytest.raises(StudyError, match="ES gets no cases: the design asks for a training"):
            opened.assign("ES", seed=1)
        opened.put_person("ES", Change(name="Ellen Smit", role="reader"), WHY)
        with pytest.raises(StudyError, match="none is noted"):
            opened.assign("ES", seed=1)
        opened.put_person("ES", Change(trained="2001-03-01"), "passed the calibration cases")
        assert len(opened.assign("ES", seed=1)) == 2
        opened.set_design("training", "anybody", "a second reader is urgent")
        assert len(opened.assign("KJ", seed=1)) == 2
    audit(folder)


def test_whoever_the_list_has_for_other_days_gets_no_cases(tmp_path: Path) -> None:
    folder = a_study(tmp_path / "trial", "S001")
    with CoordinatorStudy.open(folder) as opened:
        opened.put_person("ES", SMIT, WHY)
        opened.put_person("ES", Change(until="2001-04-01"), "left")
        with pytest.raises(StudyError, match=r"ES gets no cases today: .* from 2001-03-02 until 2001-04-01"):
            opened.assign("ES", seed=1)
        opened.put_person("ES", Change(until=""), "is back")
        assert len(opened.assign("ES", seed=1)) == 1
    audit(folder)


def test_a_training_that_is_to_come_is_none(study: Path) -> None:
    with CoordinatorStudy.open(study) as opened, pytest.raises(StudyError, match="that day has not come"):
        opened.put_person("ES", Change(trained="2999-01-01"), WHY)


def test_the_command_lists_puts_and_refuses(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = ["study", "people", str(study)]
    assert main([*given, "--set", "MO", "--name", "Mette Olsen", "--role", "monitor", "--why", WHY]) == 0
    assert "MO  Mette Olsen, monitor" in capsys.readouterr().out
    assert main([*given, "--set", "MO", "--trained", "2001-02-01", "--why", WHY]) == 0
    assert main([*given, "--set", "MO", "--trained", "", "--why", "noted by mistake"]) == 0
    capsys.readouterr()
    assert main([*given, "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)["people"]
    assert [(item["id"], item["trained"]) for item in listed] == [("ES", "2001-03-01"), ("JH", ""), ("MO", "")]
    assert main([*given, "--name", "X"]) == 2
    assert "go with --set ID" in capsys.readouterr().err
    assert main(["--as", "MO", "study", "design", str(study), "--set", "reread_n=3"]) == 2
    assert "'MO' is no coordinator" in capsys.readouterr().err
    assert main(["--as", "JH", "study", "design", str(study), "--set", "reread_n=3"]) == 0
    assert ("designed", "JH") in _who(study)
