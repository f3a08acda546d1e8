"""Rounds of readings and what each is for. The numbers are on disk and in exports and never get another meaning."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

FIRST: Final = 1
REREAD: Final = 2
DRIFT: Final = 3
ADJUDICATION: Final = 4

WORDS: Final = MappingProxyType(
    {
        FIRST: "first reading",
        REREAD: "read again, drawn from finished readings",
        DRIFT: "hidden repeat among first readings (drift check)",
        ADJUDICATION: "adjudication of sites on which two readers differ",
    }
)
