"""Numbered steps from one schema to the next, for study.db, its record on a server, and vault.db. Alone knows Alembic.

A revision is never edited once released. Its number is the schema version; see `schema` and `vault_schema`. A step for
study.db has one of the same number for a server.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from alembic import command, context
from alembic.config import Config
from sqlalchemy import Connection, NullPool, create_engine

if TYPE_CHECKING:
    import sqlite3

HERE: Final = Path(__file__).parent


def upgrade(connection: Connection, branch: str, revision: str = "head", ladders: Path = HERE) -> None:
    """Bring the file behind `connection` to a revision, inside the transaction that is open there.

    Args:
        connection: in a transaction; the caller commits, so a file is at the old or the new schema, never between.
        branch: study, server or vault.
        revision: the number to reach.
        ladders: folder with a folder of steps for each branch.
    """
    config = Config()
    # a percent sign in a path would be read as interpolation
    config.set_main_option("script_location", str(ladders / branch).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


@cache
def making(branch: str) -> tuple[str, ...]:
    """The statements that make an empty file of the newest schema: what all steps come to, which run once a process.

    A trial handed over to twenty readers makes twenty files; by the steps each takes eight times as long.
    """
    with create_engine("sqlite://", poolclass=NullPool).connect() as connection:
        upgrade(connection, branch)
        made = cast("sqlite3.Connection", connection.connection.driver_connection)
        # without BEGIN and COMMIT: the transaction is the caller's
        return tuple(made.iterdump())[1:-1]


def run_environment() -> None:
    """What both env.py do: run the revisions on the connection that `upgrade` was given."""
    # SQLite's DDL takes part in transactions once the driver doesn't commit by itself (see `engine`)
    context.configure(connection=context.config.attributes["connection"], transactional_ddl=True, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
