"""Custody of the record: restored, salvaged, merged; and whether its backups know more than it does."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from storage.audit import other_images
from storage.record import acts
from storage.record.acts import Act
from storage.record.study_file import open_study_file
from storage.recovery import backup_heads
from storage.recovery.backup import backups_of
from storage.recovery.policy import Backup


@dataclass(frozen=True, slots=True)
class Custody:
    """Lines for people, and whether one of them needs a person: answers that are gone, or an older copy in place."""

    lines: tuple[str, ...]
    findings: bool


def custody(study: Path) -> Custody:
    """What the acts and the names of the backups say of a study folder."""
    store, _ = open_study_file(study)
    try:
        with store.reading() as connection:
            done = [act for kind in ("restored", "salvaged", "merged") for act in acts.of_kind(connection, kind)]
            others = other_images.told(connection)
            older = [_told_of(backup) for backup in backup_heads.that_know_more(connection, backups_of(study))]
    finally:
        store.close()
    told = [_line(act) for act in sorted(done, key=lambda act: act.seq)]
    lost = any(act.said.get("lost") for act in done)
    return Custody(
        (*told, *(item.as_text() for item in others), *older),
        lost or bool(older) or any(not item.why for item in others),
    )


def _line(act: Act) -> str:
    said = act.said
    why = f" Why: {said['why']}" if said.get("why") else ""
    match act.kind:
        case "restored":
            gone = f"{said['lost']} rows of the record were lost with it" if said["lost"] else "nothing was lost"
            return (
                f"An older copy was restored on {act.at_utc}: {said['from']}; {gone}. "
                f"The file before is backups/{said['kept']}.{why}"
            )
        case "salvaged":
            return (
                f"Salvaged from a damaged file on {act.at_utc}: {said['events']} answers; {said['lost']} rows of the "
                "record could not be brought over."
            )
    return f"A copy was merged on {act.at_utc}: {said['events']} answers and {said['acts']} acts came from it."


def _told_of(backup: Backup) -> str:
    return (
        f"{backup.file.name} holds {backup.events} answers and a head that this record never went through: "
        "an older copy was put in the place of study.db, or it was changed."
    )
