"""Refusals of the program itself, one line each."""

from scoring.errors import RamrisError


class UsageRefused(RamrisError):
    """The command can't be carried out as it was given."""


class IntakeRefused(RamrisError):
    """The folders given can't be imported at all."""


class EnvironmentLacks(RamrisError):
    """Something that the machine must have isn't there; the message says how to get it."""
