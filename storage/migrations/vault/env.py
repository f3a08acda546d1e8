"""Alembic's entry for the revisions of vault.db."""

from storage.migrations import run_environment

run_environment()
