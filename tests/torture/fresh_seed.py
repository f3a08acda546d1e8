"""Seed of a long run: other moments in each turn of `python -m tests.torture`, the same ones in each other run."""

from __future__ import annotations

import os
from typing import Final

FRESH_SEED: Final = int(os.environ.get("RAMRIS_TORTURE_SEED", "0"))
