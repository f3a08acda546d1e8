"""Revisions, run by Alembic through `storage.migrations`."""
