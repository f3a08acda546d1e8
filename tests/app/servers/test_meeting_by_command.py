"""Server where copies meet, as it is typed: made ready, handed over to, sent to and merged from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from storage.audit.verification import audit
from storage.study.reader import ReaderStudy
from tests.builders.dicom_files import a_visit
from tests.builders.editions import a_trial
from tests.builders.servers.postgresql import ADMIN, PASSWORD, PostgreSQL
from tests.builders.studies import changed, record
from workstation.app.servers.passwords import DATABASE_VARIABLE
from workstation.cli import main


class Desk:
    """Whoever types, as one login after the other."""

    def __init__(self, server: PostgreSQL, database: str, patch: pytest.MonkeyPatch, capsys: object) -> None:
        self.server, self.database, self.patch, self.capsys = server, database, patch, capsys

    def types(self, password: str, *words: str) -> tuple[int, str]:
        """(exit status, all that is printed)."""
        self.patch.setenv(DATABASE_VARIABLE, password)
        status = main([*words, "--ca", str(self.server.ca)])
        said = self.capsys.readouterr()  # type: ignore[attr-defined]
        return status, said.out + said.err

    def login(self, *whose: str) -> tuple[str, str]:
        """(address, password) of a new one."""
        status, said = self.types(PASSWORD, "server", "login", self.server.url(self.database, ADMIN), *whose, "--json")
        assert status == 0, said
        made = json.loads(said)
        return made["address"], made["password"]


@pytest.fixture
def desk(postgresql: PostgreSQL, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> object:
    """One, with a database that nobody has made ready."""
    with postgresql.database() as name:
        yield Desk(postgresql, name, monkeypatch, capsys)
        with postgresql.connect(name) as admin:
            found = [row for (row,) in admin.execute("SELECT login FROM ramris.person")]
            for login in found:
                admin.execute(f'REVOKE ALL ON DATABASE "{name}" FROM {login}'.encode())
                admin.execute(f"DROP ROLE {login}".encode())


def test_from_a_bare_database_to_a_reader_whose_answers_are_merged(desk: Desk, tmp_path: Path) -> None:
    folder, out = tmp_path / "study", tmp_path / "out"
    a_visit(tmp_path / "scans" / "one", "1.2.3", StudyDate="20260105")
    a_visit(tmp_path / "scans" / "two", "1.2.4", StudyDate="20260506", StudyInstanceUID="1.2.4")
    for words in (("create", folder), ("add", folder, tmp_path / "scans"), ("assign", folder, "--reader", "ES")):
        assert main(["study", *map(str, words)]) < 2
    with ReaderStudy.open(folder, "ES") as study:
        case = study.worklist()[0].case
    url = desk.server.url(desk.database, ADMIN)

    for _ in range(2):
        status, said = desk.types(PASSWORD, "server", "init", url)
        assert (status, "takes copies" in said) == (0, True), said
    reader, secret = desk.login("--reader", "ES")
    home, key = desk.login("--coordinator")
    given = ("--reader", "ES", "--borders-seen", "--why", "looked at all", "--who", "Coordinator")
    status, said = desk.types(key, "study", "hand-over", str(folder), str(out), "--to", home, *given)
    assert (status, f"study merge {folder} {home}" in said) == (0, True), said

    record(out, case, changed("1 ERO CAP", "3"), changed("1 ERO HAM", "4"))
    assert desk.types(secret, "send", str(out), reader) == (0, "Sent: 2 answers and acts; left: 0.\n")
    assert desk.types(secret, "send", str(out), reader) == (0, "All was sent before.\n")
    status, said = desk.types(key, "server", "board", home, "--json")
    (line,) = json.loads(said)["copies"]
    assert (line["reader"], line["answers"], line["signed"], line["cases"]) == ("ES", 2, 0, 1)
    again = ("study", "hand-over", str(folder), str(tmp_path / "again"), "--to", home, "--reader", "ES")
    status, said = desk.types(key, *again)
    assert (status, "the copy of ES, handed over" in said, "has sent 2 answers" in said) == (2, True, True), said
    assert f"first ramris study merge {folder} postgresql://" in said
    assert not (tmp_path / "again").exists()
    status, said = desk.types(key, *again, "--anyway", "--why", "a new disk")
    assert (status, "has sent 2 answers" in said) == (0, True), said
    assert desk.types(key, "study", "merge", str(folder), home) == (
        0,
        "ES by the server: 2 answers, 0 acts and 0 notes came over.\n",
    )
    assert desk.types(key, "study", "merge", str(folder), home) == (0, "Nothing new came to the server.\n")
    status, said = desk.types(key, *again[:3], str(tmp_path / "third"), *again[4:])
    assert (status, "has sent" in said) == (0, False), said
    assert audit(folder).events == 2
    # neither in the study nor in the copy
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert not any(word.encode() in path.read_bytes() for word in (key, secret, PASSWORD)), path


def test_what_is_not_to_be_had_is_told_in_a_line(desk: Desk, tmp_path: Path) -> None:
    folder, _ = a_trial(tmp_path / "study")
    url = desk.server.url(desk.database, ADMIN)

    for words, told in (
        (("server", "board", url), "holds no copies of ramris: `ramris server init` makes it ready"),
        (("server", "board", url.replace("postgresql", "mysql")), "isn't the address of a server"),
        (("server", "board", url.replace("@", ":secret@")), "never holds a password"),
        (("server", "board", f"{url}?sslmode=require"), "doesn't prove who it is"),
        (("server", "board", f"postgresql://x@localhost:{desk.server.port}/nothere"), "doesn't take this login"),
        (("server", "board", "postgresql://x@localhost:1/nothere"), "doesn't answer now"),
        (("server", "login", url), "give --reader ID or --coordinator"),
        (("study", "merge", str(folder), url), "holds no copies of ramris"),
        (("send", str(folder), url), "is the study itself"),
    ):
        status, said = desk.types(PASSWORD, *words)
        assert status == 2
        assert told in said, said
        assert said.count("\n") == 1
        assert "secret" not in said
    assert desk.types(PASSWORD, "server", "init", url)[0] == 0
    desk.login("--reader", "ES")
    status, said = desk.types(PASSWORD, "server", "login", url, "--reader", "ES")
    assert (status, "ES has a login already" in said) == (2, True)
    status, said = desk.types(PASSWORD, "server", "login", url, "--reader", "ES", "--new-password")
    assert (status, "Password: " in said) == (0, True)
