"""Address of a record on the server of a test."""

from __future__ import annotations

from tests.builders.servers.postgresql import ADMIN, PostgreSQL


def address_of(server: PostgreSQL, database: str) -> str:
    """Of a database, as a person who is careful writes it."""
    return f"{server.url(database, ADMIN)}?sslmode=verify-full&sslrootcert={server.ca}"
