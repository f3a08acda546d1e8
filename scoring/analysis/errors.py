"""Refusals of an analysis, one line each."""

from scoring.errors import RamrisError


class AnalysisRefused(RamrisError):
    """The data can't be analysed as they are; the message names the row, the column and what to do."""
