"""Passphrases of whoever acts for the coordinator: asked for where the design says so, and set anew by another one."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from storage import acting
from storage.acting import acting_as
from storage.audit.verification import audit
from storage.errors import PassphraseRefused, PassphraseWrong, StudyError
from storage.handover.hand_over import hand_over
from storage.signing import staff_passphrases
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from storage.study.staffing import Change
from tests.builders.studies import an_assigned_study, as_it_is, with_files
from workstation.cli import main

WHY = "named in the delegation log"
HOLMS, BERGS = "seven grey herons", "eleven red foxes"


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    token = acting_as.set("")
    yield
    acting_as.reset(token)


def _forget() -> None:
    """As another process: nobody has proven anything."""
    staff_passphrases._PROVEN.clear()


def _set(study: Path, who: str, new: str, person: str = "", why: str = "") -> str:
    token = acting_as.set(who)
    try:
        with CoordinatorStudy.open(study) as door:
            return door.set_passphrase(person, new, why)
    finally:
        acting_as.reset(token)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two studies: as it is below, and one that asks."""
    root = tmp_path_factory.mktemp("made")
    folder, _ = an_assigned_study(root / "trial")
    with CoordinatorStudy.open(folder) as door:
        for person, name in (("JH", "Jens Holm"), ("KB", "Karin Berg"), ("NN", "Nina Nord")):
            door.put_person(person, Change(name=name, role="coordinator"), WHY)
        door.put_person("ES", Change(name="Ellen Smit", role="reader"), WHY)
    _set(folder, "JH", HOLMS)
    _set(folder, "KB", BERGS)
    shutil.copytree(folder, root / "asking")
    token = acting_as.set("JH")
    with CoordinatorStudy.open(root / "asking") as door:
        door.set_design("acting", "passphrase", "two people use this account")
    acting_as.reset(token)
    return root


@pytest.fixture
def study(made: Path, tmp_path: Path) -> Path:
    """Two coordinators with passphrases, of a study that doesn't ask for them yet; a third one has none."""
    return Path(shutil.copytree(made / "trial", tmp_path / "trial"))


@pytest.fixture
def asking(made: Path, tmp_path: Path) -> Path:
    """The same study once it asks."""
    _forget()
    return Path(shutil.copytree(made / "asking", tmp_path / "asking"))


def _open(study: Path, who: str, word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(acting.PASSPHRASE_VARIABLE, word)
    acting_as.set(who)
    with CoordinatorStudy.open(study) as door:
        door.set_design("reread_n", "3")


def test_a_study_that_doesn_t_ask_opens_without(study: Path) -> None:
    _forget()
    acting_as.set("NN")
    with CoordinatorStudy.open(study) as door:
        door.set_design("reread_n", "3")


def test_where_the_design_asks_nobody_acts_without_a_name_and_the_right_passphrase(
    asking: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(PassphraseRefused, match="asks who acts for the coordinator"):
        CoordinatorStudy.open(asking)
    with pytest.raises(PassphraseWrong, match="isn't the passphrase of JH"):
        _open(asking, "JH", BERGS, monkeypatch)
    with pytest.raises(PassphraseRefused, match=r"'NN' has no passphrase in this study.*who has: JH, KB"):
        _open(asking, "NN", HOLMS, monkeypatch)
    _open(asking, "JH", HOLMS, monkeypatch)
    audit(asking)


def test_it_is_asked_once_in_a_process_and_again_when_it_was_changed(
    asking: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _open(asking, "JH", HOLMS, monkeypatch)
    monkeypatch.delenv(acting.PASSPHRASE_VARIABLE)
    with CoordinatorStudy.open(asking) as door:
        door.set_passphrase("", "nine white swans")
    with pytest.raises(PassphraseRefused):
        CoordinatorStudy.open(asking)


def test_wrong_ones_are_on_the_record_and_make_whoever_types_them_wait(
    asking: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    acts_before = audit(asking).acts
    for _ in range(3):
        with pytest.raises(PassphraseWrong):
            _open(asking, "JH", "guessed wrongly", monkeypatch)
    with pytest.raises(PassphraseRefused, match="3 wrong passphrases in a row: wait"):
        _open(asking, "JH", HOLMS, monkeypatch)
    assert audit(asking).acts == acts_before + 3
    _open(asking, "KB", BERGS, monkeypatch)


def test_the_right_one_ends_a_row_of_wrong_ones(asking: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):
        with pytest.raises(PassphraseWrong):
            _open(asking, "JH", "guessed wrongly", monkeypatch)
        with pytest.raises(PassphraseWrong):
            _open(asking, "JH", "guessed wrongly", monkeypatch)
        monkeypatch.setenv(acting.PASSPHRASE_VARIABLE, HOLMS)
        CoordinatorStudy.open(asking).close()
        _forget()


def test_a_forgotten_one_is_set_anew_by_another_coordinator_with_a_reason_on_the_record(
    asking: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(acting.PASSPHRASE_VARIABLE, BERGS)
    with pytest.raises(StudyError, match="reason"):
        _set(asking, "KB", "nine white swans", person="JH")
    assert _set(asking, "KB", "nine white swans", person="JH", why="forgotten on leave") == "JH"

    _forget()
    with pytest.raises(PassphraseWrong):
        _open(asking, "JH", HOLMS, monkeypatch)
    _open(asking, "JH", "nine white swans", monkeypatch)
    assert "forgotten on leave" in [row["why"] for row in _trail(asking) if row["kind"] == "staff_passphrase"]


def _trail(study: Path) -> list[dict[str, str]]:
    out = study.parent / "out"
    assert main(["trail", str(study), str(out)]) == 0
    rows = [json.loads(line) for line in (out / "record.jsonl").read_text().splitlines()]
    return [{"kind": row.get("kind", ""), **json.loads(row.get("detail", "{}"))} for row in rows]


def test_one_s_own_is_changed_by_who_knows_it_alone(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _forget()
    with pytest.raises(PassphraseRefused):
        _set(study, "JH", "nine white swans")
    monkeypatch.setenv(acting.PASSPHRASE_VARIABLE, HOLMS)
    _set(study, "JH", "nine white swans")


def test_who_has_none_sets_nobody_else_s(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(acting.PASSPHRASE_VARIABLE, "any words")
    with pytest.raises(PassphraseRefused, match="'NN' has no passphrase"):
        _set(study, "NN", "nine white swans", person="JH", why="forgotten")


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ("", "Nobody was named .* who may act today: JH, KB, NN"),
        ("ES", "'ES' is no coordinator of this study today"),
        ("XX", "'XX' is no coordinator of this study today"),
    ],
)
def test_only_who_is_named_and_may_act_has_one(who: str, said: str, study: Path) -> None:
    with pytest.raises(StudyError, match=said):
        _set(study, who, "nine white swans")
    with pytest.raises(PassphraseRefused, match="4 characters: a passphrase has 8 or more"):
        _set(study, "NN", "four")


def test_a_study_asks_only_once_two_could_answer_and_the_last_one_can_t_leave(
    asking: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    alone, _ = an_assigned_study(tmp_path / "alone")
    with CoordinatorStudy.open(alone) as door:
        door.put_person("JH", Change(name="Jens Holm", role="coordinator"), WHY)
    _set(alone, "JH", HOLMS)
    acting_as.set("JH")
    with CoordinatorStudy.open(alone) as door, pytest.raises(StudyError, match="JH would have a passphrase; 2 must"):
        door.set_design("acting", "passphrase", "from now on")

    monkeypatch.setenv(acting.PASSPHRASE_VARIABLE, HOLMS)
    with CoordinatorStudy.open(asking) as door:
        door.put_person("KB", Change(until="2001-01-01"), "left")
        with pytest.raises(StudyError, match="nobody would have a passphrase; 1 must"):
            door.put_person("JH", Change(role="monitor"), "another role")
        door.set_design("acting", "anybody", "alone now")
    acting_as.set("")
    CoordinatorStudy.open(asking).close()


def test_who_has_the_record_without_the_vault_can_try_no_words(asking: Path) -> None:
    stored = [row["argon2id"] for row in _trail(asking) if row["kind"] == "staff_passphrase"]
    assert len(stored) == 2
    assert all(text.startswith("$argon2id$") for text in stored)
    with pytest.raises(VerificationError):
        PasswordHasher().verify(stored[0], HOLMS)


def test_a_readers_copy_asks_nobody_and_holds_no_passphrase_of_staff(
    asking: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(acting.PASSPHRASE_VARIABLE, HOLMS)
    acting_as.set("JH")
    hand_over(with_files(asking), tmp_path / "copy", as_it_is, "ES")
    with closing(sqlite3.connect(tmp_path / "copy" / "study.db")) as connection:
        content = "\n".join(connection.iterdump())
    # as words: the two letters may stand in a code, which is drawn
    assert re.findall(r"\b(?:staff_passphrase|JH|KB|acting)\b", content) == []
    with ReaderStudy.open(tmp_path / "copy", "ES") as door:
        assert door.worklist()


def test_at_the_terminal_a_command_without_a_name_is_refused_in_a_line(
    asking: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert main(["study", "board", str(asking)]) == 2
    assert "ramris --as ID COMMAND; who may: JH, KB, NN" in capsys.readouterr().err
    assert main(["--as", "JH", "study", "board", str(asking)]) == 2
    assert "give it in RAMRIS_AS_PASSPHRASE" in capsys.readouterr().err
    (tmp_path / "word").write_text(f"{HOLMS}\nnot this\n")
    monkeypatch.setenv(acting.FILE_VARIABLE, str(tmp_path / "word"))
    assert main(["--as", "JH", "study", "board", str(asking)]) == 0
    (tmp_path / "new").write_text("nine white swans\n")
    typed = ["--as", "JH", "study", "passphrase", str(asking), "--passphrase-file", str(tmp_path / "new")]
    assert main([*typed, "--person", "KB", "--why", "forgotten"]) == 0
    assert "KB acts for the coordinator with this passphrase" in capsys.readouterr().out
