"""Copies that come home by the server: made again as they are, then merged as copies that were carried are."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, select

from storage.audit import reader_copies
from storage.database import study_schema as tables
from storage.errors import InUse, NotSaved, ServerAway, StudyError, StudyLocked
from storage.files.watched import UNWATCHED, Watched
from storage.record.study_file import open_study_file
from storage.recovery.merge import Merged, merge
from storage.server import published
from storage.server.board import Line, board
from storage.server.connecting import Server


@dataclass(frozen=True, slots=True)
class Home:
    """What came: of each copy that had something new, and which were refused, with the reason; the others stay out."""

    merged: tuple[Merged, ...]
    refused: tuple[tuple[str, str], ...]


def bring_home(study: Path, server: Server, *, other_images_why: str = "", watched: Watched = UNWATCHED) -> Home:
    """Merge what every copy has by now. May be done at any time, and again.

    Args:
        study: the coordinator's folder.
        server: as a coordinator.
        other_images_why: see `merge`.
        watched: told of each copy; asked to stop it ends between two, and what came home stays.

    Raises:
        ServerAway: the server went away; what was merged before stays.
        StudyError: the folder isn't the study of these copies.
    """
    lines = {line.token: line for line in board(server)}
    fresh = _fresh(study, tuple(lines.values()))
    merged: list[Merged] = []
    refused: list[tuple[str, str]] = []
    with tempfile.TemporaryDirectory(prefix="ramris-") as scratch:
        coming = [token for token in published.everybodys(server) if token in fresh]
        for number, token in enumerate(coming):
            if watched.stop():
                break
            watched.told(number, len(coming), f"the copy of {lines[token].reader}")
            folder = Path(scratch) / token / f"{lines[token].reader} by the server"
            folder.mkdir(parents=True)
            try:
                published.make(server, token, folder, whole=True)
                merged += merge(study, [folder], other_images_why=other_images_why)
            except (ServerAway, InUse, NotSaved, StudyLocked):
                raise
            except StudyError as error:
                # one reader's copy holds up nobody else's
                refused.append((lines[token].reader, str(error)))
    return Home(tuple(merged), tuple(refused))


def unmerged(study: Path, server: Server, reader: str | None) -> tuple[Line, ...]:
    """The copies that have sent what isn't in the study yet, of a reader or of everybody.

    A newer copy is made of the study, and knows nothing of it: who reads the same case in both is refused later.

    Raises:
        ServerAway: nobody can say.
        StudyError: the folder isn't the study of these copies.
    """
    lines = board(server)
    fresh = _fresh(study, lines)
    return tuple(line for line in lines if line.token in fresh and reader in {None, line.reader})


def _fresh(study: Path, lines: tuple[Line, ...]) -> set[str]:
    """The copies with anything that isn't in the study."""
    store, _ = open_study_file(study)
    try:
        with store.reading() as connection:
            editions = {edition.token: edition for edition in reader_copies.editions(connection)}
            if strangers := [line.reader for line in lines if line.token not in editions]:
                raise StudyError(
                    f"The copy of {strangers[0]} on this server wasn't handed over from this study, or it was after "
                    "the backup that was restored here; `ramris study restore DIR --list` shows the others"
                )
            return {
                line.token
                for line in lines
                if not _known(connection, "event", line.event_hash, editions[line.token].event_hash)
                or not _known(connection, "act", line.act_hash, editions[line.token].act_hash)
            }
    finally:
        store.close()


def _known(connection: Connection, chain: str, there: str, handed: str) -> bool:
    origin = tables.origin.c
    query = select(origin.id).where(origin.chain == chain, origin.there_hash == there)
    return there == handed or connection.execute(query).first() is not None
