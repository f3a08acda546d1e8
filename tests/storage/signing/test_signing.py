"""Draft, signed, reopened, parked: who may do what, and that it stays so on disk."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage.audit.verification import audit
from storage.errors import (
    CaseClosed,
    NotSigned,
    PassphraseRefused,
    PassphraseWrong,
    RecordDamaged,
    StudyError,
    UnknownCase,
)
from storage.record import acts
from storage.record.acts import KINDS
from storage.signing import passphrases
from storage.signing.sheet import MEANING, Signature
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from tests.builders.servers.whole_record import content
from tests.builders.studies import an_assigned_study, answer, changed, key, read_whole, record, tamper
from workstation.cli import main

# the subjects of `a_study` have no post-contrast series, so both features that need them are asked about
ANSWERS = {
    "no-contrast-synovitis": "judged on the atlas images",
    "no-contrast-tenosynovitis": "judged on the atlas images",
}


@pytest.fixture
def read(tmp_path: Path) -> tuple[Path, tuple[str, ...]]:
    """Three cases of ES, the first read whole with erosion 4 of the capitate at baseline and 5 at follow-up."""
    folder, cases = an_assigned_study(tmp_path / "trial", subjects=3)
    read_whole(folder, cases[0], {"1 ERO CAP": "4", "2 ERO CAP": "5"})
    return folder, cases


def _sign(folder: Path, case: str, passphrase: str | None = None, **answers: str) -> Signature:
    with ReaderStudy.open(folder, "ES") as study:
        return study.sign(case, ANSWERS | answers, passphrase)


def _reopen(folder: Path, case: str) -> None:
    with CoordinatorStudy.open(folder) as study:
        study.reopen(case, "the sides were mixed up")


def _status(folder: Path, case: str) -> str:
    with ReaderStudy.open(folder, "ES") as study:
        return next(entry.status for entry in study.worklist() if entry.case == case)


def test_a_signature_says_who_when_and_what_it_means_and_the_audit_knows_its_head(
    read: tuple[Path, tuple[str, ...]],
) -> None:
    folder, cases = read

    signature = _sign(folder, cases[0])

    assert (signature.case, signature.reader) == (cases[0], "ES")
    assert audit(folder, signature.head).contains is True
    assert _status(folder, cases[0]) == "signed"
    connection = sqlite3.connect(folder / "study.db")
    ((detail,),) = connection.execute("SELECT detail FROM act WHERE kind = 'signed'").fetchall()
    connection.close()
    assert MEANING in detail
    assert "judged on the atlas images" in detail


def test_a_case_with_a_blank_site_can_not_be_signed(read: tuple[Path, tuple[str, ...]]) -> None:
    folder, cases = read

    with pytest.raises(NotSigned, match=r"Not signed\. Still blank: Synovitis Distal radio-ulnar joint baseline"):
        _sign(folder, cases[1])


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"no-contrast-synovitis": " "}, "answer no-contrast-synovitis first"),
        ({"no-contrast-synovitis": "a\nb"}, "is one line, 200 characters at most"),
        ({"no-contrast-synovitis": "a" * 201}, "is one line, 200 characters at most"),
        ({"erosion-falls": "seen"}, "erosion-falls isn't asked by any check"),
    ],
)
def test_each_finding_must_be_answered_and_nothing_else(
    read: tuple[Path, tuple[str, ...]], answers: dict[str, str], said: str
) -> None:
    folder, cases = read

    with pytest.raises(NotSigned, match=said):
        _sign(folder, cases[0], **answers)

    assert _status(folder, cases[0]) == "draft"


def test_a_signed_case_takes_no_answer_through_the_door_nor_through_sql(read: tuple[Path, tuple[str, ...]]) -> None:
    folder, cases = read
    _sign(folder, cases[0])

    with pytest.raises(CaseClosed, match="is signed and can't be changed; the coordinator can reopen it"):
        record(folder, cases[0], changed("1 ERO CAP", "5", "4"))
    connection = sqlite3.connect(folder / "study.db")
    columns = [row[1] for row in connection.execute("PRAGMA table_info(event)")]
    copied = ", ".join("87" if name == "seq" else f'"{name}"' for name in columns)
    with pytest.raises(sqlite3.IntegrityError, match="the case is signed: its answers stand"):
        connection.execute(f"INSERT INTO event SELECT {copied} FROM event WHERE seq = 1")  # noqa: S608 - our names
    connection.close()
    record(folder, cases[1], changed("1 ERO CAP", "5"))
    assert audit(folder).events == 87


def test_a_signed_case_can_still_be_looked_at_and_not_be_signed_twice(read: tuple[Path, tuple[str, ...]]) -> None:
    folder, cases = read
    _sign(folder, cases[0])

    with ReaderStudy.open(folder, "ES") as study:
        assert len(study.reading(cases[0]).answers) == 86
        with pytest.raises(CaseClosed):
            study.sign(cases[0], ANSWERS)


def test_a_reopened_case_keeps_what_was_signed_and_is_marked_as_amended(read: tuple[Path, tuple[str, ...]]) -> None:
    folder, cases = read
    _sign(folder, cases[0])
    _reopen(folder, cases[0])
    record(folder, cases[0], changed("1 ERO CAP", "5", "4"))
    _sign(folder, cases[0])

    connection = sqlite3.connect(folder / "study.db")
    capitate = "SELECT after FROM event WHERE site = 'CAP' AND feature = 'ERO' AND visit = 1"
    values = connection.execute(capitate).fetchall()
    connection.close()
    assert values == [("4",), ("5",)]
    with CoordinatorStudy.open(folder) as study:
        assert study.amended() == {cases[0]}
    assert audit(folder).events == 87


def test_the_sheet_says_that_a_signature_amends_where_the_case_was_reopened(
    read: tuple[Path, tuple[str, ...]],
) -> None:
    folder, cases = read
    with ReaderStudy.open(folder, "ES") as study:
        before = study.signing_sheet(cases[0]).amends
    _sign(folder, cases[0])
    _reopen(folder, cases[0])
    with ReaderStudy.open(folder, "ES") as study:
        once = study.signing_sheet(cases[0]).amends

    assert (before, once) == (False, True)


def test_a_case_that_was_reopened_and_not_changed_is_not_amended(read: tuple[Path, tuple[str, ...]]) -> None:
    folder, cases = read
    _sign(folder, cases[0])
    _reopen(folder, cases[0])
    record(folder, cases[1], changed("1 ERO CAP", "5"))

    with CoordinatorStudy.open(folder) as study:
        assert study.amended() == frozenset()


@pytest.mark.parametrize(
    ("case", "why", "said"), [(1, "x", "is not signed"), (0, " ", "give the reason with --why TEXT")]
)
def test_only_a_signed_case_is_reopened_and_for_a_reason(
    read: tuple[Path, tuple[str, ...]], case: int, why: str, said: str
) -> None:
    folder, cases = read
    _sign(folder, cases[0])

    with CoordinatorStudy.open(folder) as study, pytest.raises(StudyError, match=said):
        study.reopen(cases[case], why)


def test_an_event_slipped_in_behind_a_signature_is_found(read: tuple[Path, tuple[str, ...]]) -> None:
    folder, cases = read
    _sign(folder, cases[0])
    _reopen(folder, cases[0])
    record(folder, cases[0], changed("1 ERO CAP", "5", "4"))

    # the reopening cut off, with its trace: the events chain is whole, and the signature stands before row 87
    tamper(
        folder,
        "DELETE FROM act WHERE kind = 'reopened'",
        "UPDATE sqlite_sequence SET seq = (SELECT MAX(seq) FROM act) WHERE name = 'act'",
    )

    with pytest.raises(RecordDamaged, match=r"record row 87: case \w+ was signed before it"):
        audit(folder)


def test_a_passphrase_is_asked_for_once_it_is_set(read: tuple[Path, tuple[str, ...]]) -> None:
    folder, cases = read
    with ReaderStudy.open(folder, "ES") as study:
        study.set_passphrase("correct horse battery")
        assert study.signing_sheet(cases[0]).asks_passphrase

    for given, said in ((None, "type it to sign"), ("wrong horse battery", "isn't the reader's passphrase")):
        with pytest.raises(PassphraseRefused, match=said):
            _sign(folder, cases[0], given)
    _sign(folder, cases[0], "correct horse battery")

    assert _status(folder, cases[0]) == "signed"
    assert b"correct horse" not in content(folder)
    assert audit(folder).events == 86


def test_a_passphrase_is_changed_and_removed_by_who_knows_it(read: tuple[Path, tuple[str, ...]]) -> None:
    folder, cases = read
    with ReaderStudy.open(folder, "ES") as study:
        with pytest.raises(PassphraseRefused, match="has 8 or more"):
            study.set_passphrase("7 signs")
        # of eight signs it is long enough
        study.set_passphrase("8 signs.")
        study.set_passphrase("correct horse battery", "8 signs.")
        with pytest.raises(PassphraseRefused):
            study.set_passphrase(None, "wrong horse battery")
        study.set_passphrase(None, "correct horse battery")

        assert not study.signing_sheet(cases[0]).asks_passphrase


def test_wrong_passphrases_are_on_the_record_and_make_whoever_types_them_wait(
    read: tuple[Path, tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, cases = read
    moment = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    monkeypatch.setattr(passphrases, "now", lambda: moment)
    monkeypatch.setattr(acts, "now", lambda: moment)
    with ReaderStudy.open(folder, "ES") as study:
        study.set_passphrase("correct horse battery")
    for _ in range(3):
        with pytest.raises(PassphraseWrong):
            _sign(folder, cases[0], "wrong horse battery")

    with pytest.raises(PassphraseRefused, match="3 wrong passphrases in a row: wait 4 s, then try again"):
        _sign(folder, cases[0], "correct horse battery")
    moment += timedelta(seconds=4)
    with pytest.raises(PassphraseWrong):
        _sign(folder, cases[0], "wrong horse battery")
    moment += timedelta(seconds=4)
    with pytest.raises(PassphraseRefused, match="wait 4 s"):
        _sign(folder, cases[0], "correct horse battery")
    moment += timedelta(seconds=4)
    _sign(folder, cases[0], "correct horse battery")

    audit(folder)
    with ReaderStudy.open(folder, "ES") as study, study._store.reading() as connection:
        assert len(acts.of_kind(connection, "mistyped")) == 4
        assert "horse" not in "".join(act.detail for act in acts.of_kind(connection, "mistyped"))


@pytest.mark.parametrize(
    ("tries", "since_s", "wait"),
    [(0, 0, 0), (2, 0, 0), (3, 0, 4), (3, 3.5, 1), (4, 0, 8), (9, 0, 256), (10, 0, 300), (40, 299.2, 1), (10, -5, 0)],
)
def test_the_wait_doubles_up_to_five_minutes_and_a_clock_set_back_makes_nobody_wait(
    tries: int, since_s: float, wait: int
) -> None:
    assert passphrases.wait_s(tries, since_s) == wait


def test_a_forgotten_passphrase_is_taken_back_with_a_reason_and_another_one_is_set_before_signing(
    read: tuple[Path, tuple[str, ...]], capsys: pytest.CaptureFixture[str]
) -> None:
    folder, cases = read
    reset = ["study", "reset-passphrase", str(folder), "--reader", "ES", "--why"]
    assert main([*reset, "left the clinic"]) == 2
    assert "there is nothing to reset" in capsys.readouterr().err
    with ReaderStudy.open(folder, "ES") as study:
        study.set_passphrase("correct horse battery")
    assert main([*reset, " "]) == 2

    assert main([*reset, "forgotten over the summer"]) == 0

    with pytest.raises(PassphraseRefused, match="Set a new one first: ramris reader passphrase"):
        _sign(folder, cases[0])
    with ReaderStudy.open(folder, "ES") as study:
        study.set_passphrase("battery staple horse")
    _sign(folder, cases[0], "battery staple horse")
    audit(folder)
    with ReaderStudy.open(folder, "ES") as study, study._store.reading() as connection:
        told = [(act.role, act.said.get("why")) for act in acts.of_kind(connection, "passphrase")]
    assert told == [("reader", None), ("coordinator", "forgotten over the summer"), ("reader", None)]


def test_a_passphrase_taken_away_by_sql_is_found(read: tuple[Path, tuple[str, ...]]) -> None:
    folder, _ = read
    with ReaderStudy.open(folder, "ES") as study:
        study.set_passphrase("correct horse battery")
    tamper(folder, "UPDATE reader SET passphrase = NULL")

    with pytest.raises(RecordDamaged, match="the passphrase of reader ES isn't what the record says"):
        audit(folder)


def test_a_parked_case_waits_and_the_worklist_goes_on(read: tuple[Path, tuple[str, ...]]) -> None:
    folder, cases = read
    with ReaderStudy.open(folder, "ES") as study:
        study.park(cases[1], "SER")
        with pytest.raises(CaseClosed, match=r"is parked \(SER\)"):
            study.record(cases[1], [changed("1 ERO CAP", "1")], "room")
        study.record(cases[2], [changed("1 ERO CAP", "1")], "room")

    with CoordinatorStudy.open(folder) as study_:
        (query,) = study_.parked_cases()
        assert (query.case, query.reader, query.reason) == (cases[1], "ES", "SER")
        study_.resolve(cases[1], "the series was imported anew")
        assert study_.parked_cases() == ()
    record(folder, cases[1], changed("1 ERO CAP", "1"))
    assert audit(folder).events == 88


def test_a_reader_takes_a_parked_case_back(read: tuple[Path, tuple[str, ...]]) -> None:
    folder, cases = read
    with ReaderStudy.open(folder, "ES") as study:
        study.park(cases[1], "ASK")
        study.take_back(cases[1])
        study.take_back(cases[2])

    assert _status(folder, cases[1]) == "draft"


def test_only_a_reason_of_the_closed_list_is_taken(read: tuple[Path, tuple[str, ...]]) -> None:
    folder, cases = read

    with ReaderStudy.open(folder, "ES") as study, pytest.raises(StudyError, match="one of IMG, SER, PAIR, TEXT"):
        study.park(cases[1], "the patient is my aunt")


DOORS: dict[str, Callable[[ReaderStudy, str], object]] = {
    "read": lambda door, case: door.reading(case),
    "grade": lambda door, case: door.record(case, [changed("1 ERO CAP", "3", "")], "room"),
    "sign": lambda door, case: door.sign(case, ANSWERS),
    "look before signing": lambda door, case: door.signing_sheet(case),
    "park": lambda door, case: door.park(case, "ASK"),
    "take back": lambda door, case: door.take_back(case),
}


@pytest.mark.parametrize("wish", DOORS)
@pytest.mark.parametrize("whose", ["another reader's", "closed for a re-read", "never there"])
def test_the_readers_door_gives_no_case_that_is_not_open_to_this_reader(
    read: tuple[Path, tuple[str, ...]], wish: str, whose: str
) -> None:
    folder, cases = read
    with CoordinatorStudy.open(folder) as study:
        study.reread("ES", 1, seed=1)
        other = study.assign("MO", seed=2)[0].case
    case = {"another reader's": other, "closed for a re-read": cases[0], "never there": "CCCCC"}[whose]

    with ReaderStudy.open(folder, "ES") as door, pytest.raises(UnknownCase, match=f"Case '{case}' is not on the work"):
        DOORS[wish](door, case)


def test_the_coordinator_neither_grades_nor_signs_and_the_reader_neither_reopens_nor_designs() -> None:
    for_coordinator = {name for name in vars(CoordinatorStudy) if not name.startswith("_")}
    for_reader = {name for name in vars(ReaderStudy) if not name.startswith("_")}

    assert not for_coordinator & {"record", "sign", "park", "note"}
    assert not for_reader & {"reopen", "resolve", "set_design", "assign", "reread", "subjects", "vault", "board"}
    # who may put what on the record; the audit refuses anything else
    assert {kind: sorted(roles) for kind, roles in KINDS.items() if "reader" in roles} == {
        "passphrase": ["coordinator", "reader"],
        "signed": ["reader"],
        "parked": ["reader"],
        "noted": ["reader"],
        "mistyped": ["reader"],
        "resolved": ["coordinator", "reader"],
        "key_image": ["reader"],
        "key_image_taken": ["reader"],
        "display": ["reader"],
        "feedback": ["reader"],
        "calibrated": ["reader"],
    }


def test_the_answers_that_stood_at_the_signature_are_those_of_the_reading(read: tuple[Path, tuple[str, ...]]) -> None:
    folder, cases = read
    _sign(folder, cases[0])

    with ReaderStudy.open(folder, "ES") as study:
        assert study.reading(cases[0]).answer(key("2 ERO CAP")) == answer("5")
        assert study.state(cases[0]).status == "signed"
