"""Alembic's entry for the revisions of a record on a server."""

from storage.migrations import run_environment

run_environment()
