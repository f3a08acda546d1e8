"""Decisions of the import: each a value with its reasons, asked where it isn't sure, and a person's to overrule."""
