"""A study appears whole or not at all, and only what is a study is opened."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from scoring.errors import TomlRefused
from scoring.schemes.load import shipped_scheme
from storage.errors import NotAStudy, RecordDamaged, SchemaTooNew, StudyError, StudyExists
from storage.files.layout import SCHEMA_VERSION
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from tests.builders.studies import a_study, an_assigned_study


def test_a_new_study_has_three_parts_and_the_shipped_scheme(tmp_path: Path) -> None:
    with CoordinatorStudy.create(tmp_path / "trial") as study:
        assert {"study.db", "vault.db", "images"} <= {item.name for item in study.path.iterdir()}
        assert study.images.is_dir()
        assert (study.scheme, study.order) == (shipped_scheme(), "known")


def test_nothing_stays_beside_a_new_study(tmp_path: Path) -> None:
    a_study(tmp_path / "trial")

    assert [item.name for item in tmp_path.iterdir()] == ["trial"]


def test_an_empty_folder_becomes_a_study(tmp_path: Path) -> None:
    (tmp_path / "trial").mkdir()

    a_study(tmp_path / "trial", "S001")

    with CoordinatorStudy.open(tmp_path / "trial") as study:
        assert [subject.code for subject in study.subjects()] == ["S001"]


def test_a_folder_with_a_percent_sign_and_a_question_mark_holds_a_study_too(tmp_path: Path) -> None:
    folder = tmp_path / "50 %s ? #1" / "é"

    a_study(folder, "S001")

    with CoordinatorStudy.open(folder) as study:
        assert study.has_answers("S001") is False


@pytest.mark.parametrize("there", ["study", "file", "stranger"])
def test_what_holds_something_is_left_as_it_is(tmp_path: Path, there: str) -> None:
    folder = tmp_path / "trial"
    if there == "study":
        a_study(folder)
    elif there == "file":
        folder.write_text("mine")
    else:
        folder.mkdir()
        (folder / "notes.txt").write_text("mine")
    before = _contents(tmp_path)

    with pytest.raises(StudyExists, match="trial holds something already"):
        CoordinatorStudy.create(folder)

    assert _contents(tmp_path) == before


@pytest.mark.parametrize(("scheme_id", "order"), [("no-such", "known"), ("ramris-wrist", "sideways")])
def test_a_refused_wish_leaves_nothing_behind(tmp_path: Path, scheme_id: str, order: str) -> None:
    with pytest.raises((TomlRefused, StudyError)):
        CoordinatorStudy.create(tmp_path / "trial", scheme_id=scheme_id, order=order)

    assert list(tmp_path.iterdir()) == []


def test_whether_the_order_is_hidden_is_said_when_the_study_is_made_and_stays(tmp_path: Path) -> None:
    CoordinatorStudy.create(tmp_path / "trial", order="hidden").close()

    with CoordinatorStudy.open(tmp_path / "trial") as study:
        assert study.order == "hidden"


def test_a_failure_while_making_it_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_folder: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("storage.vault.vault.Vault.create", fails)

    with pytest.raises(KeyboardInterrupt):
        CoordinatorStudy.create(tmp_path / "trial")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no mode bits")
def test_nobody_else_may_read_a_new_study(tmp_path: Path) -> None:
    folder = a_study(tmp_path / "trial")

    modes = {item.name: stat.S_IMODE(item.stat().st_mode) for item in [folder, *folder.iterdir()]}
    assert all(mode & 0o077 == 0 for mode in modes.values()), modes


def test_a_folder_without_a_study_is_refused_and_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(NotAStudy, match=r"study\.db is missing.*ramris study create"):
        ReaderStudy.open(tmp_path, "ES")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.case(81)
@pytest.mark.parametrize("content", [b"", b"notes", b"SQLite format 3\x00" + bytes(84)])
def test_a_file_that_is_not_ours_is_refused_and_untouched(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "study.db").write_bytes(content)

    with pytest.raises(NotAStudy, match="is not a file of ramris"):
        ReaderStudy.open(tmp_path, "ES")

    assert _contents(tmp_path) == {"study.db": content}


@pytest.mark.case(81)
def test_another_programs_database_is_refused_and_untouched(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "study.db")
    connection.execute("CREATE TABLE event (seq INTEGER)")
    connection.close()
    before = _contents(tmp_path)

    with pytest.raises(NotAStudy):
        ReaderStudy.open(tmp_path, "ES")

    assert _contents(tmp_path) == before


@pytest.mark.case(77)
def test_a_study_of_a_newer_program_is_refused_with_both_versions_and_untouched(tmp_path: Path) -> None:
    folder, _ = an_assigned_study(tmp_path / "trial")
    newer = f"{SCHEMA_VERSION + 1:04}"
    _execute(folder, f"UPDATE alembic_version SET version_num = '{newer}'")  # noqa: S608 - a number of ours
    before = (folder / "study.db").read_bytes()

    with pytest.raises(SchemaTooNew, match=rf"schema {SCHEMA_VERSION + 1}, this program knows up to {SCHEMA_VERSION}:"):
        ReaderStudy.open(folder, "ES")

    assert (folder / "study.db").read_bytes() == before


@pytest.mark.case(81)
def test_a_truncated_study_is_named_as_damaged(tmp_path: Path) -> None:
    folder, _ = an_assigned_study(tmp_path / "trial")
    content = (folder / "study.db").read_bytes()
    (folder / "study.db").write_bytes(content[: len(content) // 2])

    with pytest.raises(RecordDamaged, match="damaged"):
        ReaderStudy.open(folder, "ES")


def test_a_scheme_changed_behind_the_study_is_found_at_opening(tmp_path: Path) -> None:
    folder, _ = an_assigned_study(tmp_path / "trial")
    _execute(folder, "UPDATE study SET scheme_toml = replace(scheme_toml, '< 2 mm', '< 3 mm')")

    with pytest.raises(RecordDamaged, match=r"scheme in study\.db was changed"):
        ReaderStudy.open(folder, "ES")


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "truncate"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("trusted_schema", 0),
        ("secure_delete", 1),
        ("busy_timeout", 5000),
    ],
)
def test_the_settings_that_keep_grades_safe_are_on(tmp_path: Path, pragma: str, value: object) -> None:
    folder, _ = an_assigned_study(tmp_path / "trial")

    with ReaderStudy.open(folder, "ES") as study, study._store.reading() as connection:
        assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one() == value


def test_opening_for_a_reader_loads_neither_alembic_nor_what_knows_identities(tmp_path: Path) -> None:
    folder, _ = an_assigned_study(tmp_path / "trial")
    program = (
        "import sys; from pathlib import Path; from storage.study.reader import ReaderStudy\n"
        f"with ReaderStudy.open(Path({str(folder)!r}), 'ES') as study: study.worklist()\n"
        "print([name for name in sys.modules if name.split('.')[0] == 'alembic' "
        "or name in ('storage.vault.vault', 'storage.vault.schema', 'storage.study.coordinator')])"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_a_study_without_its_vault_is_complete_for_a_reader(tmp_path: Path) -> None:
    folder, (case,) = an_assigned_study(tmp_path / "trial")
    for part in folder.glob("vault.db*"):
        part.unlink()

    with ReaderStudy.open(folder, "ES") as study:
        assert study.case(case).visits
        assert dict(study.reading(case).answers) == {}


def _execute(folder: Path, statement: str) -> None:
    connection = sqlite3.connect(folder / "study.db")
    with connection:
        connection.execute(statement)
    connection.close()


def _contents(folder: Path) -> dict[str, bytes]:
    return {str(item.relative_to(folder)): item.read_bytes() for item in folder.rglob("*") if item.is_file()}
