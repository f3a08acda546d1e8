"""Check of an installation: what is asked, what was expected, what was found. Frozen values, nothing runs here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """One check; `expected` says where the expectation comes from where it isn't plain.

    `passed` is None where it couldn't be tried here, and `found` says why.
    """

    code: str
    requirement: str
    expected: str
    found: str
    passed: bool | None

    def as_json(self) -> dict[str, object]:
        """For other programs."""
        return {
            "code": self.code,
            "requirement": self.requirement,
            "expected": self.expected,
            "found": self.found,
            "passed": self.passed,
        }


@dataclass(frozen=True, slots=True)
class Qualification:
    """What was checked on one machine; moments in ISO 8601 with the zone.

    `machine` is what a site's file says of it.
    """

    version: str
    machine: tuple[tuple[str, str], ...]
    began: str
    ended: str
    installed: tuple[Check, ...]
    operating: tuple[Check, ...]

    @property
    def failed(self) -> tuple[Check, ...]:
        """Checks that didn't pass."""
        return tuple(check for check in self.all if check.passed is False)

    @property
    def untried(self) -> tuple[Check, ...]:
        """Checks that couldn't be tried here."""
        return tuple(check for check in self.all if check.passed is None)

    @property
    def all(self) -> Sequence[Check]:
        """Installation first, then operation."""
        return (*self.installed, *self.operating)

    def as_json(self) -> dict[str, object]:
        """The object that `ramris qualify --json` prints."""
        return {
            "version": self.version,
            "machine": dict(self.machine),
            "began": self.began,
            "ended": self.ended,
            "passed": not self.failed,
            "installation": [check.as_json() for check in self.installed],
            "operation": [check.as_json() for check in self.operating],
        }
