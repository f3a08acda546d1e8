"""Chain of the vault: what was changed past the program is found, named by code, and can be taken with a reason."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from storage.audit.verification import audit
from storage.errors import RecordDamaged, StudyError
from storage.record import acts, vault_ends
from storage.recovery.merge import merge
from storage.study.coordinator import CoordinatorStudy
from storage.vault import sealed_file, vault_backups, vault_chain, vault_passphrase
from storage.vault.borders_seen import Borders
from storage.vault.choices import UNDO, Choice, HeldSeries
from storage.vault.schema import TRIGGERS
from storage.vault.vault import Examination, Person, SeriesIdentity, Source, Vault, VisitIdentity
from tests.builders.studies import a_study, an_assigned_study, changed, record
from workstation.app.safekeeping import audit_vault, restore_vault

ANNA = Person("S001", "id:1234|Müller^Anna", {"PatientName": "Müller^Anna", "PatientID": "1234"})
BO = Person("S002", "id:77|Berg^Bo", {"PatientName": "Berg^Bo", "PatientID": "77"})
VISITS = (VisitIdentity("S001", 1, "20240102", ("1.2.3",)), VisitIdentity("S002", 1, "20240503", ("1.2.4",)))
SERIES = (
    SeriesIdentity("A1", "S001", 1, "1.2.3.4", "T1W", ("short TR",), "101112"),
    SeriesIdentity("B2", "S002", 1, "1.2.3.5", "T1W", ("short TR",), "101113"),
)
SOURCES = (
    Source("/scans/M\udcfcller/IM1", "1.2.3.4.5", "A1", "2.25.1", "ab" * 32),
    Source("/scans/berg/IM1", "1.2.3.4.6", "B2", "2.25.2", "cd" * 32),
)
EXAMINATION = Examination(1, "S001", ("1.2.3",), "20240102")


@pytest.fixture
def trial(tmp_path: Path) -> Path:
    """A study with two persons in its vault, and a decision about one series."""
    folder = a_study(tmp_path / "trial", "S001", "S002")
    with CoordinatorStudy.open(folder) as study:
        study.vault.save((ANNA, BO), VISITS, SERIES, SOURCES, (EXAMINATION,))
        study.vault.add_root("/scans")
        study.vault.choices.hold(HeldSeries("B2", "T1", "COR", 2, 8, 8, ("text",), ((0, 0, 2, 2),)))
        study.vault.choices.add(Choice("kind:A1", "T1", {}, "J. Smit", "seen"))
    return folder


def edit(folder: Path, *statements: str) -> None:
    """Change vault.db behind the program's back, its guards off and on again."""
    with closing(sqlite3.connect(folder / "vault.db")) as plain, plain:
        for name in TRIGGERS:
            plain.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            plain.execute(statement)
        for trigger in TRIGGERS.values():
            plain.execute(trigger)


def acts_of(folder: Path, kind: str) -> list[acts.Act]:
    with CoordinatorStudy.open(folder) as study, study._store.reading() as connection:
        return acts.of_kind(connection, kind)


def wrong_of(folder: Path) -> str:
    """What the audit says isn't so."""
    with pytest.raises(RecordDamaged) as caught:
        audit_vault(folder)
    return str(caught.value)


@pytest.mark.parametrize(
    "deed",
    [
        lambda vault: vault.save((Person("S003", "id:3", {}),), (), (), ()),
        lambda vault: vault.save((ANNA,), VISITS, SERIES, SOURCES, (EXAMINATION,)),
        lambda vault: vault.rearrange(["S001"], [VisitIdentity("S001", 2, "20240102", ("1.2.3",))], SERIES[:1]),
        lambda vault: vault.add_root("/more"),
        lambda vault: vault.remember_tree("ab", {"seen": 1}),
        lambda vault: vault.choices.add(Choice("kind:A1", UNDO, {}, "J. Smit", "again")),
        lambda vault: vault.choices.let_go("B2"),
        lambda vault: vault.borders.see({"A1": "x"}, "J. Smit"),
        lambda vault: vault.imports.tell(["/scans"], {"seen": 1}),
    ],
    ids=["person", "again", "rearranged", "root", "tree", "decision", "let go", "borders", "import"],
)
def test_a_vault_that_the_program_alone_wrote_holds(trial: Path, deed: Callable[[Vault], None]) -> None:
    with CoordinatorStudy.open(trial) as study:
        deed(study.vault)

    with CoordinatorStudy.open(trial) as study:
        assert study.audit_vault().wrong == ()
    assert audit_vault(trial)[0].startswith("The vault is as the program left it")
    audit(trial)


EDITS = {
    "persons swapped": (
        (
            "UPDATE person SET identity_key = x'00' WHERE subject = 'S001'",
            "UPDATE person SET attributes = '{\"PatientName\": \"Berg^Bo\"}' WHERE subject = 'S001'",
            "UPDATE person SET attributes = '{\"PatientName\": \"M\"}' WHERE subject = 'S002'",
        ),
        "person S001, person S002: not what",
    ),
    "a date edited": (("UPDATE visit SET date = '20250102' WHERE subject = 'S001'",), "visit S001/1: not what"),
    "the secret replaced": (("UPDATE secret SET value = randomblob(32)",), "the secret: not what"),
    "who decided": (("UPDATE choice SET who = x'4142'",), "decision 1: not what"),
    "why it was decided": (("UPDATE choice SET why = x'4142'",), "decision 1: not what"),
    "a decision removed": (("DELETE FROM choice",), "decision 1: not what"),
    "a decision added": (
        ("INSERT INTO choice SELECT 9, what, answer, value, who, why, at_utc FROM choice",),
        "decision 9: not what",
    ),
    "a series given to another person": (("UPDATE series SET subject = 'S002'",), "series A1: not what"),
    "a file's path": (("UPDATE source SET path = x'41' WHERE series_code = 'A1'",), "the files of series A1: not what"),
    "a file moved to another series": (
        ("UPDATE source SET series_code = 'B2'",),
        "the files of series A1, the files of series B2: not what",
    ),
    "a person removed": (
        ("DELETE FROM visit WHERE subject = 'S002'", "DELETE FROM person WHERE subject = 'S002'"),
        "person S002, visit S002/1: not what",
    ),
    "an examination's day": (("UPDATE examination SET day = ''",), "examination 1: not what"),
    "a folder": (("UPDATE root SET path = x'41'",), "imported folder 1: not what"),
    "a held series": (("UPDATE held SET kind = 'T2'",), "held series B2: not what"),
    "a number as text": (("UPDATE examination SET day = 20240102",), ""),
    "the chain's last change cut off": (
        ("DELETE FROM vault_change WHERE number = (SELECT max(number) FROM vault_change)",),
        "the record knows 5 changes of the vault, and it has 4",
    ),
    "a change edited": (("UPDATE vault_change SET content = '{}' WHERE number = 2",), "change 2 of the vault's chain"),
    "the chain removed": (("DELETE FROM vault_change",), "the vault has no chain, and the record knows one"),
}


@pytest.mark.parametrize(("statements", "said"), EDITS.values(), ids=EDITS.keys())
def test_what_was_changed_past_the_program_is_found_and_named_by_code(
    trial: Path, statements: tuple[str, ...], said: str
) -> None:
    edit(trial, *statements)
    if not said:
        # the column is text, and SQLite keeps the number as that text: nothing changed
        assert audit_vault(trial)
        return

    told = wrong_of(trial)

    assert said in told
    for secret in ("Müller", "Berg", "1234", "2024", "Smit", "scans"):
        assert secret not in told


def test_a_chain_that_was_made_anew_with_right_hashes_isnt_the_one_that_the_record_knows(trial: Path) -> None:
    edit(trial, "UPDATE visit SET date = '20250102' WHERE subject = 'S001'", "DELETE FROM vault_change")
    with closing(Vault.open(trial)) as vault:
        for _ in range(6):
            with vault._store.writing() as connection:
                vault_chain.append(connection, vault_chain.digests(connection), None)

    assert "change 5 of the vault isn't the one that the record knows" in wrong_of(trial)


def test_a_change_that_somebody_put_behind_the_chain_is_told_until_it_is_on_the_record(trial: Path) -> None:
    edit(trial, "UPDATE visit SET date = '20250102' WHERE subject = 'S001'")
    with closing(Vault.open(trial)) as vault, vault._store.writing() as connection:
        vault_chain.append(connection, vault_chain.digests(connection, {"visit"}), None)

    assert any("visit S001/1, visit S002/1) aren't on the record yet" in line for line in audit_vault(trial))


def test_rows_that_were_taken_as_they_stood_need_a_reason_on_the_record(trial: Path) -> None:
    edit(trial, "UPDATE visit SET date = '20250102' WHERE subject = 'S001'")
    with closing(Vault.open(trial)) as vault:
        vault.adopt()

    assert "takes all its rows as they stood, and the record doesn't say why" in wrong_of(trial)


def test_each_act_of_the_coordinator_stands_behind_the_end_of_the_vaults_chain(trial: Path) -> None:
    with CoordinatorStudy.open(trial) as study:
        study.vault.add_root("/more")
        study.assign("R1", seed=1)
        end = study.vault.end()
        with study._store.reading() as connection:
            known = vault_ends.noted(connection)

    assert known.last == end
    kinds = [act.kind for act in acts_of(trial, "vault_changed")]
    assert len(kinds) == 2


def test_identities_of_a_changed_vault_arent_given_away_until_a_person_takes_them_with_a_reason(trial: Path) -> None:
    edit(trial, "UPDATE visit SET date = '20250102' WHERE subject = 'S001'")

    with CoordinatorStudy.open(trial) as study:
        with pytest.raises(RecordDamaged, match=r"visit S001/1: not what .*adopt-vault --why"):
            study.note_identified("monitoring")
        with pytest.raises(StudyError, match="--why"):
            study.adopt_vault(" ")
        assert study.adopt_vault("the date was typed wrongly on the scanner") == ("visit S001/1",)
        study.note_identified("monitoring")
        with pytest.raises(StudyError, match="nothing to take"):
            study.adopt_vault("again")

    told = "\n".join(audit_vault(trial))
    assert "the date was typed wrongly on the scanner. These weren't what its chain said: visit S001/1." in told
    audit(trial)


DRAWS: dict[str, Callable[[CoordinatorStudy], object]] = {
    "assign": lambda study: study.assign("R2", seed=1),
    "reread": lambda study: study.reread("R1", 1, seed=1),
    "adjudicate": lambda study: study.adjudicate("R3", None, "", seed=1),
}


@pytest.mark.parametrize("draw", DRAWS)
def test_nothing_is_drawn_with_a_secret_that_somebody_else_put_there(trial: Path, draw: str) -> None:
    """Who knows the secret knows which case is read again."""
    with CoordinatorStudy.open(trial) as study:
        study.assign("R1", seed=1)
        study.assign("R0", seed=1)
    edit(trial, "UPDATE secret SET value = randomblob(32)")

    with (
        CoordinatorStudy.open(trial) as study,
        pytest.raises(RecordDamaged, match=r"the secret: not what .*adopt-vault"),
    ):
        DRAWS[draw](study)

    with CoordinatorStudy.open(trial) as study:
        study.adopt_vault("the disk was put together anew")
        study.assign("R2", seed=1)


@pytest.mark.parametrize("broken", ["UPDATE secret SET value = randomblob(32)", "DELETE FROM vault_change"])
def test_whatever_was_done_to_a_vault_a_reason_makes_it_hold_again(trial: Path, broken: str) -> None:
    edit(trial, broken)

    with CoordinatorStudy.open(trial) as study:
        study.adopt_vault("nobody knows what happened")

    with CoordinatorStudy.open(trial) as study:
        study.vault.add_root("/more")
        assert study.audit_vault().wrong == ()
    audit(trial)


def test_an_old_vault_gets_its_chain_once_and_the_record_says_so(trial: Path) -> None:
    edit(trial, "DELETE FROM vault_change")
    with closing(sqlite3.connect(trial / "vault.db")) as plain, plain:
        for name in ("vault_change_is_never_changed", "vault_change_is_never_removed"):
            plain.execute(f"DROP TRIGGER {name}")
        plain.execute("DROP TABLE vault_change")
        plain.execute("DROP INDEX ix_source_series_code")
        plain.execute("UPDATE alembic_version SET version_num = '0004'")
    fresh = a_study(trial.parent / "fresh", "S001")
    shutil.copyfile(trial / "vault.db", fresh / "vault.db")
    assert audit_vault(fresh) == ("The vault has no chain yet: the next command of the coordinator begins it.",)

    for _ in range(2):
        CoordinatorStudy.open(fresh).close()

    adopted = acts_of(fresh, "vault_adopted")
    assert [act.said["why"] for act in adopted] == ["it is from before version 0.3.0 and had no chain"]
    assert audit_vault(fresh)[0] == "The vault is as the program left it: 1 changes, each fits the one before."


def test_an_older_vault_by_hand_is_found_and_one_by_command_is_told(
    trial: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(vault_backups.VARIABLE, str(tmp_path / "copies"))
    with CoordinatorStudy.open(trial) as study:
        token = study.token
        kept = vault_backups.keep(trial, token)
        study.vault.add_root("/more")
    assert kept is not None
    newer = (trial / "vault.db").read_bytes()
    shutil.copyfile(kept, trial / "vault.db")
    assert "the record knows 6 changes of the vault, and it has 5: an older copy" in wrong_of(trial)
    (trial / "vault.db").write_bytes(newer)

    restore_vault(trial, None)

    with CoordinatorStudy.open(trial) as study:
        study.vault.add_root("/again")
    told = audit_vault(trial)
    assert told[0].startswith("The vault is as the program left it: 6 changes")
    assert any("took the vault's place" in line for line in told)
    audit(trial)


def test_a_sealed_vault_keeps_its_chain(trial: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sealed_file._COST, "memory_kib", 64)
    with CoordinatorStudy.open(trial) as study:
        study.lock_vault("correct horse battery")
    assert "The vault wasn't looked at: vault.db has a passphrase" in audit_vault(trial)[0]
    monkeypatch.setenv(vault_passphrase.VARIABLE, "correct horse battery")

    with CoordinatorStudy.open(trial) as study:
        study.vault.add_root("/more")
        study.vault.unlock()

    assert audit_vault(trial)[0].startswith("The vault is as the program left it: 6 changes")


def test_a_change_whose_act_was_lost_to_a_crash_is_told_and_noted_by_the_next_command(trial: Path) -> None:
    with closing(Vault.open(trial)) as vault:
        Borders(vault._store).see({"A1": "x"}, "J. Smit")
    assert any("(decision 2) aren't on the record yet" in line for line in audit_vault(trial))

    CoordinatorStudy.open(trial).close()

    assert len(audit_vault(trial)) == 1


def test_what_a_whole_copy_says_of_its_vault_is_no_reason_to_refuse_its_readings(tmp_path: Path) -> None:
    folder, cases = an_assigned_study(tmp_path / "trial")
    shutil.copytree(folder, tmp_path / "away")
    with CoordinatorStudy.open(tmp_path / "away") as study:
        study.vault.add_root("/scans")
    record(tmp_path / "away", cases[0], changed("1 ERO CAP", "3"))

    (brought,) = merge(folder, [tmp_path / "away"])

    assert (brought.answers, brought.acts) == (1, 1)
    with CoordinatorStudy.open(folder) as study:
        study.vault.add_root("/others")
    assert audit_vault(folder)[0].startswith("The vault is as the program left it: 2 changes")


def test_an_index_of_the_vault_that_holds_something_else_than_its_table_is_found(trial: Path) -> None:
    # opening sees that pages can be read; whose files a series came from is looked up in this index
    file = trial / "vault.db"
    with closing(sqlite3.connect(file)) as plain:
        (root,) = plain.execute("SELECT rootpage FROM sqlite_master WHERE name = 'ix_source_series_code'").fetchone()
        (size,) = plain.execute("PRAGMA page_size").fetchone()
    content = file.read_bytes()
    page = content[(root - 1) * size : root * size]
    assert page.count(b"A1") == 1
    forged = page.replace(b"A1", b"A2")
    file.write_bytes(content[: (root - 1) * size] + forged + content[root * size :])
    with CoordinatorStudy.open(trial) as study:
        assert study.vault.secret

    said = wrong_of(trial)

    assert said.startswith("vault.db is damaged (")
    assert "`ramris study restore-vault` puts its last copy back" in said
