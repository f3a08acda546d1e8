"""A study that has lived, its record moved to a server: coordinators' commands do there what they do in a folder."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.builders.lived.story import Lived
from workstation.cli import main

if TYPE_CHECKING:
    from tests.builders.servers.postgresql import PostgreSQL

# each behind the ones before, with the status that it has in a folder
DONE: tuple[tuple[str, int], ...] = (
    ("study check {trial}", 1),
    ("study board {trial}", 0),
    ("study queries {trial}", 1),
    ("study assign {trial} --reader AD --anyway --why more", 0),
    ("study design {trial}", 0),
    ("numbers {trial} --figure sites --why interim --out {out}.csv", 0),
    ("agreement {trial} --reader AD --why interim", 0),
    ("study disagreements {trial} --why interim", 1),
    ("export {trial} {out}", 0),
    ("trail {trial} {out}-trail", 0),
    ("study hand-over {trial} {out}-copies", 0),
    ("study merge {trial} {home}", 0),
    ("study backup {trial}", 0),
    ("study upgrade {trial}", 0),
    ("study reopen {trial} {signed} --why again", 0),
    ("study remove {trial} S002 --why withdrawn", 0),
    ("study log {trial}", 0),
    ("study lock {trial} --incomplete --why done", 0),
    ("study unlock {trial} --why further", 0),
)


@pytest.fixture
def moved(lived: Lived, postgresql: PostgreSQL, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Lived]:
    """Its record is on the server."""
    from tests.builders.servers.postgresql import PASSWORD  # noqa: PLC0415 - where there is a server
    from tests.builders.servers.records import address_of  # noqa: PLC0415 - as above

    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    monkeypatch.setenv("RAMRIS_CONFIG", str(tmp_path / "settings"))
    with postgresql.database() as name:
        assert main(["study", "move", str(lived.trial), address_of(postgresql, name)]) == 0
        yield lived


def test_every_task_of_a_coordinator_is_done_there_and_comes_back_whole(
    moved: Lived, capsys: pytest.CaptureFixture[str]
) -> None:
    names = {name: str(moved.root / name) for name in ("trial", "home", "out")} | moved.cases
    told = {}
    for given, status in DONE:
        found = main(given.format(**names).split())
        said = capsys.readouterr()
        if found != status or "of the program itself" in said.err:
            told[given] = (found, said.err)
    assert told == {}

    assert main(["audit", names["trial"], "--json"]) == 0
    there = json.loads(capsys.readouterr().out)
    assert main(["export", names["trial"], f"{names['out']}-there", "--wide"]) == 0
    assert main(["study", "move", names["trial"], "--back"]) == 0
    assert main(["export", names["trial"], f"{names['out']}-back", "--wide"]) == 0
    capsys.readouterr()
    assert main(["audit", names["trial"], "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["head"] == there["head"]
    tables = {name.name for name in Path(f"{names['out']}-back").rglob("*.csv")}
    assert "scores.csv" in tables
    for name in tables:
        on_server, in_folder = (next(Path(f"{names['out']}-{where}").rglob(name)) for where in ("there", "back"))
        assert on_server.read_bytes() == in_folder.read_bytes(), name
