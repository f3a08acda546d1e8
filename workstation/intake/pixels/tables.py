"""Tables of a radiograph's header, applied to its stored values, and undone again."""

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


def stored_before(values: Stored, facts: FileFacts) -> Stored:
    """A stored value that becomes each of the values by the header's table; the values themselves where it has none.

    The lowest of those that become the same. Where the table falls, so do the values found.
    """
    if facts.radiograph is None or not facts.radiograph.table:
        return values
    table = np.frombuffer(facts.radiograph.table, stored_dtype(facts.layout)).astype(np.int64)
    order = np.argsort(table, kind="stable")
    found = np.minimum(np.searchsorted(table[order], values.astype(np.int64)), len(order) - 1)
    falls = table[0] > table[-1]
    return (len(table) - 1 - order[found] if falls else order[found]).astype(np.uint16)
