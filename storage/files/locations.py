"""Locations of this account's own studies and of the copies of vaults; RAMRIS_DATA puts them elsewhere."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

VARIABLE: Final = "RAMRIS_DATA"


def data_folder() -> Path:
    """The folder, which may not be there yet."""
    from platformdirs import user_data_path  # noqa: PLC0415 - few commands ask

    chosen = os.environ.get(VARIABLE)
    return Path(chosen) if chosen else user_data_path("ramris", appauthor=False)
