"""The tables of vault.db: who is who. Coordinator only."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    JSON,
    Column,
    Dialect,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    TypeDecorator,
    text,
)

from storage.database.study_schema import metadata as study_metadata

# "RMRV" in ASCII
APPLICATION_ID: Final = 0x524D5256
SCHEMA_VERSION: Final = 5


class AnyText(TypeDecorator[str]):
    """Text from outside, kept as bytes: a file name on Linux may be no Unicode (Python shows lone surrogates)."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002 - the base's
        """UTF-8, surrogates included."""
        return None if value is None else value.encode("utf-8", "surrogatepass")

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - the base's
        """The inverse."""
        return None if value is None else bytes(value).decode("utf-8", "surrogatepass")


metadata: Final = MetaData(naming_convention=study_metadata.naming_convention)

# Random, made once with the vault: the key of keyed hashes, so an identity can't be guessed from one
secret = Table(
    "secret", metadata, Column("id", Integer, primary_key=True), Column("value", LargeBinary, nullable=False)
)

person = Table(
    "person",
    metadata,
    Column("subject", String, primary_key=True),
    Column("identity_key", AnyText, nullable=False, unique=True),
    Column("attributes", JSON, nullable=False),
)

visit = Table(
    "visit",
    metadata,
    Column("subject", String, ForeignKey("person.subject"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("date", String, nullable=False),
    Column("study_uids", JSON, nullable=False),
)

series = Table(
    "series",
    metadata,
    Column("code", String, primary_key=True),
    Column("subject", String, ForeignKey("person.subject"), nullable=False),
    Column("visit", Integer, nullable=False),
    Column("series_uid", AnyText, nullable=False),
    Column("description", AnyText, nullable=False),
    Column("reasons", JSON, nullable=False),
    Column("series_time", AnyText, nullable=False),
    Column("facts", JSON, nullable=False, server_default=text("'{}'")),
    # of `examination`; 0 where that isn't known
    Column("examination", Integer, nullable=False, server_default=text("0")),
)

# One study of a scanner as it came: one StudyInstanceUID under one identity. person: the code of that identity, though
# the coordinator may say that it is somebody else's. day: YYYYMMDD, "" unknown. facts: what tells persons and visits
# apart, plain values. A vault from before schema 4 has one for each visit, with all its UIDs and no facts
examination = Table(
    "examination",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("person", String, ForeignKey("person.subject"), nullable=False),
    Column("study_uids", JSON, nullable=False),
    Column("day", String, nullable=False),
    Column("facts", JSON, nullable=False),
)

# One row a slice written: a multi-frame file has many
source = Table(
    "source",
    metadata,
    Column("path", AnyText, primary_key=True),
    Column("slice_uid", String, primary_key=True),
    Column("sop_uid", AnyText, nullable=False),
    Column("series_code", String, nullable=False, index=True),
    Column("sha256", String, nullable=False),
    Column("stamp", String, nullable=False, server_default=text("''")),
)

root = Table(
    "root",
    metadata,
    Column("position", Integer, primary_key=True),
    Column("path", AnyText, nullable=False, unique=True),
)

# What the last import of a tree said, so that an unchanged tree needn't be read again. digest: of the listing of all
# its files with their stamps; report: what was said
tree = Table(
    "tree",
    metadata,
    Column("digest", String, primary_key=True),
    Column("report", JSON, nullable=False),
)

# What the coordinator decided: a log, see `choices`. what: the id of the question, "kind:ABCDEFGH"; answer: a word of
# its answers, or that the last one is taken back; value: what the answer needs beside the word
choice = Table(
    "choice",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("what", String, nullable=False),
    Column("answer", String, nullable=False),
    Column("value", JSON, nullable=False),
    Column("who", AnyText, nullable=False),
    Column("why", AnyText, nullable=False),
    Column("at_utc", String, nullable=False),
)

# The vault's own chain, see `vault_chain`. content: {table: {key: digest}} of what was touched; adopted: 1 where these
# are all rows that the vault had; events, acts, head: where the record stood, head "" where there was none
vault_change = Table(
    "vault_change",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("at_utc", String, nullable=False),
    Column("adopted", Integer, nullable=False),
    Column("content", String, nullable=False),
    Column("events", Integer, nullable=False),
    Column("acts", Integer, nullable=False),
    Column("head", String, nullable=False),
    Column("previous_hash", String, nullable=False),
    Column("hash", String, nullable=False, unique=True),
)

TRIGGERS: Final = {
    "vault_change_is_never_changed": (
        "CREATE TRIGGER vault_change_is_never_changed BEFORE UPDATE ON vault_change "
        "BEGIN SELECT RAISE(ABORT, 'the chain of the vault only grows'); END"
    ),
    "vault_change_is_never_removed": (
        "CREATE TRIGGER vault_change_is_never_removed BEFORE DELETE ON vault_change "
        "BEGIN SELECT RAISE(ABORT, 'the chain of the vault only grows'); END"
    ),
    "choice_is_never_changed": (
        "CREATE TRIGGER choice_is_never_changed BEFORE UPDATE ON choice "
        "BEGIN SELECT RAISE(ABORT, 'what was decided stays on the log'); END"
    ),
    "choice_is_never_removed": (
        "CREATE TRIGGER choice_is_never_removed BEFORE DELETE ON choice "
        "BEGIN SELECT RAISE(ABORT, 'what was decided stays on the log'); END"
    ),
}

# Series that stay outside until the coordinator chooses; `series` and `source` say whose they are and where they lie
held = Table(
    "held",
    metadata,
    Column("series", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("plane", String, nullable=False),
    Column("slices", Integer, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("columns", Integer, nullable=False),
    Column("why", JSON, nullable=False),
    Column("regions", JSON, nullable=False),
)
