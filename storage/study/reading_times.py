"""Reading times: how long each case took, by feature, from the moments of its answers. Reads study.db alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, select

from storage.database import study_schema as tables
from storage.record.snapshot import still_view
from storage.worklists.progress_board import BY_ENTER, LONGEST_PAUSE_S

Seconds = Mapping[str, Mapping[str, float]]


def reading_times(study: Path) -> Seconds:
    """Case -> feature -> seconds; a case whose answers came by `enter` was read elsewhere and isn't there."""
    with still_view(study) as (store, _), store.reading() as connection:
        return times_in(connection)


def times_in(connection: Connection) -> Seconds:
    """`reading_times` inside the caller's view of the file.

    The time from one answer of a reader to the next counts for the feature and case of the next one; pauses over five
    minutes and steps of the clock back count for none. All together are the hours of the readers' board.
    """
    event = tables.event.c
    columns = event.reader, event.case, event.feature, event.at_utc
    query = select(*columns).where(event.source != BY_ENTER).order_by(event.seq)
    found: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    before: dict[str, datetime] = {}
    for row in connection.execute(query):
        now = datetime.fromisoformat(row.at_utc)
        gap = (now - before[row.reader]).total_seconds() if row.reader in before else 0.0
        before[row.reader] = now
        found[row.case][row.feature] += gap if 0 <= gap <= LONGEST_PAUSE_S else 0.0
    return {case: dict(by_feature) for case, by_feature in found.items()}
