"""Refusals of a table of scores, one line each."""

from scoring.errors import RamrisError


class TableRefused(RamrisError):
    """The table can't be used; the message names the row, the column and what to do."""


class LevelRefused(RamrisError):
    """The confidence level isn't a share between 0 and 1."""


class ScaleRefused(RamrisError):
    """The scale isn't MIN,MAX with MIN below MAX."""


class ReplicatesRefused(RamrisError):
    """The number of bootstrap replicates, or their seed, can't be used."""
