"""Alembic's entry for the revisions of study.db."""

from storage.migrations import run_environment

run_environment()
