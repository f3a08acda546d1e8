"""Verification of the record: every hash, every signature, every row proven."""
