"""`ramris study move`: how far it is, and Ctrl+C, which leaves the record where it is."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from storage.audit.verification import audit
from storage.files.record_url import is_on_server
from tests.builders.servers.postgresql import PASSWORD, PostgreSQL
from tests.builders.servers.records import address_of
from tests.builders.studies import an_assigned_study, read_whole
from workstation.cli import main
from workstation.cli.servers import moving
from workstation.starting import spoken


@pytest.fixture
def url(postgresql: PostgreSQL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Of an empty database; each row that is copied is told of."""
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    monkeypatch.setenv("RAMRIS_CONFIG", str(tmp_path / "settings"))
    monkeypatch.setattr("storage.files.watched._OFTEN", 1)
    with postgresql.database() as name:
        yield address_of(postgresql, name)


@pytest.fixture
def trial(tmp_path: Path) -> Path:
    """A study in which a case of 86 answers was read."""
    folder, (case,) = an_assigned_study(tmp_path / "trial")
    read_whole(folder, case)
    return folder


def _ctrl_c_at(stage: str) -> Callable[[], Callable[[int, int, str], None]]:
    def pressed(_done: int, _total: int, at: str) -> None:
        if at == stage:
            signal.raise_signal(signal.SIGINT)

    return lambda: pressed


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process")
@pytest.mark.parametrize("stage", ["copying the record", "verifying the copy"])
def test_ctrl_c_leaves_the_record_where_it_is_and_the_same_command_moves_it(
    trial: Path, url: str, stage: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(moving, "progress_line", _ctrl_c_at(stage))
        assert main(["study", "move", str(trial), url]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == (
        "ramris: Stopped. The record is in this folder, and nothing is on the server; do it again when you like\n"
    )
    assert not is_on_server(trial)

    assert main(["study", "move", str(trial), url]) == 0
    with monkeypatch.context() as patched:
        patched.setattr(moving, "progress_line", _ctrl_c_at(stage))
        assert main(["study", "move", str(trial), "--back"]) == 2
    assert "Stopped. The record is on the server, as it was" in capsys.readouterr().err
    assert is_on_server(trial)

    assert main(["study", "move", str(trial), "--back"]) == 0
    assert audit(trial).events == 86


def test_each_row_is_told_of_and_the_line_ends_with_the_last(
    trial: Path, url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(spoken.VARIABLE, spoken.IN_LINES)

    assert main(["study", "move", str(trial), url]) == 0

    told = [step for line in capsys.readouterr().err.splitlines() if (step := spoken.last_step(line)) is not None]
    assert {step.stage for step in told} == {"copying the record", "verifying the copy"}
    assert all(0 <= step.done <= step.total for step in told)
    assert told[-1].done == told[-1].total
