"""Readers of a record that lies on a server, offered to whoever opens it to read: asked for where somebody waits."""

from __future__ import annotations

from pathlib import Path

from storage.recovery.move import move_to
from storage.study.coordinator import CoordinatorStudy
from storage.worklists.who_reads import WhoReads, who_reads
from tests.builders.servers.postgresql import PostgreSQL
from tests.builders.studies import an_assigned_study


def test_the_server_is_asked_for_its_readers_by_the_names_that_they_are_called(tmp_path: Path, address: str) -> None:
    folder, _ = an_assigned_study(tmp_path / "trial")
    here = who_reads(folder)
    assert here is not None
    with CoordinatorStudy.open(folder) as study:
        study.rename_reader(here.readers[0], "AD", "in the charter")

    move_to(folder, address)

    assert who_reads(folder) == WhoReads()
    assert who_reads(folder, ask_server=True) == WhoReads(("AD",))


def test_a_server_that_is_down_and_an_address_that_is_none_offer_nobody(
    tmp_path: Path, address: str, postgresql: PostgreSQL
) -> None:
    folder, _ = an_assigned_study(tmp_path / "trial")
    move_to(folder, address)
    postgresql.kill()
    try:
        assert who_reads(folder, ask_server=True) == WhoReads()
    finally:
        postgresql.start()
    (folder / "study.url").write_bytes(b"\xff\x00 no address")
    assert who_reads(folder, ask_server=True) == WhoReads()
