"""Rows of the exported tables, one module a table."""
