"""Name of whoever acts for the coordinator in this process. It imports nothing: a window opens before storage."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Final

VARIABLE: Final = "RAMRIS_AS"
# the id of a person of the study's list; "" where nobody was named
acting_as: ContextVar[str] = ContextVar("acting as", default="")
