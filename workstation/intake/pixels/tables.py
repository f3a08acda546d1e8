"""Tables of a radiograph's header, applied to its stored values."""

from __future__ import annotations

import numpy as np

from workstation.intake.frames import FileFacts
from workstation.intake.pixels.decode import Stored, stored_dtype


def shown_by_table(values: Stored, facts: FileFacts) -> Stored:
    """What each stored value becomes by the header's table; the values themselves where it has none."""
    if facts.radiograph is None or not facts.radiograph.table:
        return values
    layout = facts.layout
    table = np.frombuffer(facts.radiograph.table, stored_dtype(layout))
    lowest = -(1 << layout.bits_stored - 1) if layout.signed else 0
    found: Stored = table[values.astype(np.int64) - lowest]
    return found


def before_table(values: Stored, facts: FileFacts) -> Stored | None:
    """Values as they are before the header's table, turned over where it falls, so that brighter stays brighter.

    None where there is no table.
    """
    if facts.radiograph is None or not facts.radiograph.table:
        return None
    table = np.frombuffer(facts.radiograph.table, stored_dtype(facts.layout))
    # ~v is -1 - v of signed values, and the greatest less v of others
    return np.invert(values) if table[0] > table[-1] else values
