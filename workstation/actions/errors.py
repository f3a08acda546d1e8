"""Errors of a file of keys."""

from scoring.errors import RamrisError


class KeysWrong(RamrisError):
    """A key map is wrong; the message names the file and the place in it."""
