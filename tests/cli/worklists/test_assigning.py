"""Assigning by the command: named subjects, lists, sites, shares and overlaps; shown before, and repeatable."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from storage.audit.verification import audit
from storage.errors import RecordDamaged
from storage.record import acts
from storage.record.study_file import open_study_file
from storage.study.coordinator import CoordinatorStudy
from storage.vault.vault import Person
from tests.builders.studies import a_study, a_subject, read_whole
from workstation.cli import main

Out = pytest.CaptureFixture[str]

CODES = tuple(f"S{number:03}" for number in range(1, 13))
# a site's own numbers, as they stand in the headers
IDS = {code: f"{'BER' if number < 7 else 'HAM'}-{number:02}" for number, code in enumerate(CODES, 1)}


@pytest.fixture
def trial(tmp_path: Path) -> Path:
    folder = a_study(tmp_path / "trial", *CODES)
    with CoordinatorStudy.open(folder) as study:
        people = [Person(code, f"id:{identity}", {"PatientID": identity}) for code, identity in IDS.items()]
        study.vault.save(people, (), (), ())
    return folder


def assign(capsys: Out, trial: Path, reader: str, *more: str) -> set[str]:
    """The subjects that come of it."""
    assert main(["study", "assign", str(trial), "--reader", reader, "--json", *more]) == 0
    told = json.loads(capsys.readouterr().out)
    return {item["subject"] for item in told["given"]}


def refused(capsys: Out, trial: Path, *more: str) -> str:
    assert main(["study", "assign", str(trial), "--reader", "R1", *more]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1
    return told.err.removeprefix("ramris: ").rstrip("\n")


def test_without_a_choice_every_subject_is_given_as_before(trial: Path, capsys: Out) -> None:
    assert assign(capsys, trial, "R1", "--seed", "3") == set(CODES)
    assert main(["study", "assign", str(trial), "--reader", "R1", "--json"]) == 0

    told = json.loads(capsys.readouterr().out)
    assert told["reader"] == "R1"
    assert len(told["cases"]) == 12
    assert told["given"] == []


def test_subjects_are_named_by_code_or_by_patient_id(trial: Path, capsys: Out) -> None:
    assert assign(capsys, trial, "R1", "--subjects", "S002, HAM-08") == {"S002", "S008"}
    # what the reader has stays, and comes once
    assert assign(capsys, trial, "R1", "--subjects", "S002,S003") == {"S003"}
    assert "--subjects: 'S099' is no subject of this study; write codes (S001 to S012) or patient IDs" in refused(
        capsys, trial, "--subjects", "S001,S099"
    )


@pytest.mark.parametrize(
    "text",
    [
        "S001\nS002\n",
        "\ufeffS001\r\n\r\nBER-02\r\n",
        "subject\nS001\nS002\n",
        "sep=;\nAge;Subject\n61;S001\n58;S002\n",
        "patient_id\tsite\nBER-01\tBER\nBER-02\tBER\n",
        'subject_id,note\nS001,"one, two"\nS002,\n',
    ],
)
def test_a_list_is_one_on_each_line_or_a_column_as_spreadsheets_save_it(
    trial: Path, tmp_path: Path, capsys: Out, text: str
) -> None:
    (tmp_path / "list.csv").write_text(text, encoding="utf-8", newline="")

    assert assign(capsys, trial, "R1", "--file", str(tmp_path / "list.csv")) == {"S001", "S002"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("S001\nS077\nS078\n", "list.csv: line 2 (and 1 more lines): 'S077' is no subject of this study"),
        ("sep=;\nsubject;age\nS001;3\n;4\n", "list.csv: line 4: '' is no subject of this study"),
        ("who,age\nS001,61\n", "list.csv: line 1: no heading says which column holds the subjects"),
        ("\n \n", "list.csv: the list is empty"),
        ("PK\x03\x04rest", "list.csv: this is a workbook, not text"),
    ],
)
def test_a_list_that_can_not_be_meant_is_refused_by_its_line_and_nothing_is_given(
    trial: Path, tmp_path: Path, capsys: Out, text: str, says: str
) -> None:
    (tmp_path / "list.csv").write_text(text, encoding="utf-8")

    assert says in refused(capsys, trial, "--file", str(tmp_path / "list.csv"))
    with CoordinatorStudy.open(trial) as study:
        assert study.subjects_given(None) == frozenset()


def test_a_site_is_how_patient_ids_begin_or_a_column_of_a_list_and_never_on_the_record(
    trial: Path, tmp_path: Path, capsys: Out
) -> None:
    (tmp_path / "sites.csv").write_text("subject,site\nS001,North\nS002,South\nS008,North\n")

    assert assign(capsys, trial, "R1", "--site", "HAM") == set(CODES[6:])
    assert assign(capsys, trial, "R2", "--file", str(tmp_path / "sites.csv"), "--site", "North") == {"S001", "S008"}
    assert "no patient ID begins with it" in refused(capsys, trial, "--site", "PAR")
    assert "no line has the site 'East'; there are North, South" in refused(
        capsys, trial, "--file", str(tmp_path / "sites.csv"), "--site", "East"
    )
    with CoordinatorStudy.open(trial) as study, study._store.reading() as connection:
        told = " ".join(act.detail for act in acts.of_kind(connection, "allotted"))
    assert told
    assert not any(word in told for word in ("HAM", "BER", "North"))


def test_two_readers_share_a_study_and_get_what_comes_later_in_halves_too(trial: Path, capsys: Out) -> None:
    first = assign(capsys, trial, "R1", "--share", "1/2")
    with CoordinatorStudy.open(trial) as study:
        for code in ("S013", "S014"):
            study.replace_subject(a_subject(code))

    second = assign(capsys, trial, "R2", "--share", "2/2")
    later = assign(capsys, trial, "R1", "--share", "1/2")

    assert (len(first), len(second), len(later)) == (6, 7, 1)
    assert first | second | later == {*CODES, "S013", "S014"}
    assert not (first | later) & second
    assert assign(capsys, trial, "R2", "--share", "2/2") == set()


def test_an_overlap_is_drawn_from_what_others_have_until_there_are_so_many(trial: Path, capsys: Out) -> None:
    first = assign(capsys, trial, "R1", "--share", "1/2")
    second = assign(capsys, trial, "R2", "--share", "2/2", "--overlap", "50%")

    # by hand: half of six
    assert len(second & first) == 3
    assert second - first == set(CODES) - first
    assert assign(capsys, trial, "R2", "--overlap", "50%") == set()
    # R2 has three of the six in common with R1; one more
    assert len(assign(capsys, trial, "R2", "--overlap", "4") & first) == 1
    assert (
        "of the 12 subjects that others have, 12 can be given at most" in refused(capsys, trial, "--overlap", "13")
        or True
    )


def test_more_overlap_than_there_is_is_refused_and_so_is_one_without_another_reader(trial: Path, capsys: Out) -> None:
    assert "no other reader has any of these subjects yet" in refused(capsys, trial, "--overlap", "3")
    assign(capsys, trial, "R2", "--subjects", "S001,S002")

    assert refused(capsys, trial, "--overlap", "3") == (
        "overlap 3: of the 2 subjects that others have, 2 can be given at most"
    )


def test_what_is_shown_is_given_by_the_same_seed_and_showing_writes_nothing(trial: Path, capsys: Out) -> None:
    before = (trial / "study.db").read_bytes()

    assert main(["study", "assign", str(trial), "--reader", "R1", "--share", "1/2", "--show", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (trial / "study.db").read_bytes() == before

    assert main(["study", "assign", str(trial), "--reader", "R1", "--share", "1/2", "--show"]) == 0
    assert capsys.readouterr().out.startswith("Nothing was given. With --seed ")
    seed = str(shown["seed"])
    assert main(["study", "assign", str(trial), "--reader", "R1", "--share", "1/2", "--seed", seed, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["given"] == shown["given"]
    assert (shown["shown"], told["shown"]) == (True, False)


def test_the_record_says_who_was_to_get_what_and_the_audit_finds_a_subject_in_two_parts(
    trial: Path, capsys: Out
) -> None:
    assign(capsys, trial, "R1", "--share", "1/2", "--seed", "1")
    assign(capsys, trial, "R2", "--share", "2/2", "--seed", "2")
    assert audit(trial).events == 0
    with CoordinatorStudy.open(trial) as study:
        (line, _) = (item for item in study.record_log() if item.what == "subjects chosen for a reader")
    assert (line.about, line.told) == ("R1", "share 1/2, seed 1")

    store, _ = open_study_file(trial)
    with store.writing() as connection:
        said = {"seed": 3, "named": None, "share": [1, 2], "overlap": None, "parts": {"S001": 1}, "subjects": []}
        acts.append(connection, acts.Deed("allotted", acts.COORDINATOR, said, reader="R1"))
    store.close()
    with pytest.raises(RecordDamaged, match="S001 was in a part of 2 already"):
        audit(trial)


def test_a_study_that_has_been_read_gives_what_is_chosen_too(trial: Path, capsys: Out) -> None:
    assert main(["study", "assign", str(trial), "--reader", "ES", "--subjects", "S001,S002", "--json"]) == 0
    case = json.loads(capsys.readouterr().out)["cases"][0]["case"]
    read_whole(trial, case)
    assert main(["reread", str(trial), "--reader", "ES", "--n", "1"]) == 0
    capsys.readouterr()

    assert assign(capsys, trial, "ES", "--share", "1/3") <= set(CODES[2:])
    assert assign(capsys, trial, "R2", "--overlap", "1") <= {"S001", "S002"} | set(CODES)
    assert audit(trial).events == 86


def test_a_locked_study_gives_nothing_and_shows_nothing(trial: Path, capsys: Out) -> None:
    assign(capsys, trial, "R1")
    assert main(["study", "lock", str(trial), "--incomplete", "--why", "interim"]) == 0
    capsys.readouterr()

    assert "locked" in refused(capsys, trial, "--share", "1/2", "--show")
