"""Signing sheet and signature as frozen values. No SQL here, so windows may know them."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from scoring.readings.checks import Finding, Level

MEANING: Final = "I have read this case and confirm these scores as my own."
LONGEST_ANSWER: Final = 200


class SigningSheet(Struct, frozen=True):
    """What stands before a signature: what the checks found, and what else is asked.

    `head`: where the record stands now. `amends`: the case was signed before and reopened. `name`: the reader's printed
    one, "" where the study has none.
    """

    case: str
    reader: str
    findings: tuple[Finding, ...]
    meaning: str
    asks_passphrase: bool
    head: str
    amends: bool
    name: str = ""

    @property
    def blocked(self) -> bool:
        """Whether something must be put right first."""
        return any(finding.level is Level.BLOCKS for finding in self.findings)


class Signature(Struct, frozen=True):
    """A signature on disk: by whom, when, and the head of the record with it. `name`: the printed one, or ""."""

    case: str
    reader: str
    at_utc: str
    head: str
    name: str = ""
