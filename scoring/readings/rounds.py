"""Rounds of readings and what each is for. The numbers are on disk and in exports and never get another meaning."""

from __future__ import annotations

from typing import Final

FIRST: Final = 1
REREAD: Final = 2
DRIFT: Final = 3
ADJUDICATION: Final = 4
