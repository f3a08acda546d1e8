"""Backups, restoring, salvage of a damaged file, merging of copies."""
