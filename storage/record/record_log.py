"""Record as a log for people: each act of coordinator and readers with its moment, in words, by codes alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import Connection, select

from storage.database import study_schema as tables
from storage.record import acts

# what isn't here happens at every answer, or stands in the vault's log with more words
WORDS: Final[Mapping[str, str]] = {
    "designed": "design of the study laid down",
    "staffed": "somebody put on the list of people, or changed there",
    "allotted": "subjects chosen for a reader",
    "assigned": "cases given to a reader",
    "taken_back": "unread cases taken back",
    "given_back": "cases that were taken back given again",
    "reported": "grades of a program taken from structured reports",
    "beside": "two readings put beside a third reader's case",
    "enrolled": "enrolments changed",
    "passphrase": "passphrase of a reader set, or taken back",
    "staff_passphrase": "passphrase of somebody who acts for the coordinator set",
    "signed": "case signed",
    "reopened": "signed case reopened",
    "parked": "case parked",
    "resolved": "parked case given back",
    "feedback": "reference of a calibration case shown to its reader",
    "calibrated": "calibration passed",
    "excluded": "subject, visit or series excluded",
    "included": "exclusion taken back",
    "identified": "identities shown or exported",
    "order_told": "order of visits exported",
    "figures_seen": "figures seen while cases were being read",
    "vault_adopted": "vault taken as it was",
    "vault_restored": "copy of the vault put back",
    "locked": "study locked",
    "unlocked": "study unlocked",
    "restored": "study restored from a backup",
    "salvaged": "study salvaged",
    "merged": "readings merged from a copy",
    "handed": "copy handed over to a reader",
    "received": "this copy was made for a reader",
}


@dataclass(frozen=True, slots=True)
class LogLine:
    """One thing that happened. about: codes of subjects, cases or series; why: in the words of whoever did it."""

    at_utc: str
    what: str
    about: str = ""
    told: str = ""
    who: str = ""
    why: str = field(default="", repr=False)

    @property
    def cells(self) -> tuple[str, ...]:
        """As a row of `HEADERS`."""
        return (self.at_utc, self.what, self.about, self.told, self.who, self.why)


HEADERS: Final = ("at_utc", "what", "about", "told", "who", "why")


def of_record(connection: Connection) -> tuple[LogLine, ...]:
    """All acts that a person did, oldest first, and first that the study was made."""
    made: str = connection.execute(select(tables.study.c.created_at_utc)).scalar_one()
    rows = connection.execute(select(tables.act).order_by(tables.act.c.seq)).mappings()
    lines, acting = [LogLine(made, "study made")], ""
    for row in rows:
        act = acts.Act(**row)
        if act.kind == acts.ACTING:
            acting = act.said["by"]
        elif act.kind in WORDS:
            lines.append(_line(act, acting))
    return tuple(lines)


def _line(act: acts.Act, acting: str) -> LogLine:
    """acting: who had been named to act for the coordinator."""
    said = act.said
    by_reader = act.role == acts.READER
    about = act.case or ("" if by_reader else act.reader or said.get("what", ""))
    who = act.reader if by_reader and act.reader else acting or act.role
    return LogLine(act.at_utc, WORDS[act.kind], about, _told(act.kind, said), who, str(said.get("why", "")))


def _told(kind: str, said: Mapping[str, Any]) -> str:
    tell = _TOLD.get(kind)
    return "" if tell is None else tell(said)


def _allotted(said: Mapping[str, Any]) -> str:
    share = said["share"] and f"share {said['share'][0]}/{said['share'][1]}"
    overlap = said["overlap"] and f"overlap {said['overlap']}"
    named = said["named"] is not None and f"among {said['named']} that were named"
    return ", ".join([part for part in (share, overlap, named) if part] + [f"seed {said['seed']}"])


def _assigned(said: Mapping[str, Any]) -> str:
    return f"{_count(said, 'case')}, seed {said['draw'].get('seed', '')}"


def _cases(said: Mapping[str, Any]) -> str:
    return ", ".join(said["cases"])


def _excluded(said: Mapping[str, Any]) -> str:
    return f"{_count(said, 'unread case')} {'leaves' if len(said['cases']) == 1 else 'leave'}"


def _included(said: Mapping[str, Any]) -> str:
    return f"{_count(said, 'unread case')} {'is' if len(said['cases']) == 1 else 'are'} back"


def _enrolled(said: Mapping[str, Any]) -> str:
    listed = len(said["listed"])
    others = f", {listed} subject{'' if listed == 1 else 's'} as listed" if listed else ""
    return f"{said['rule']}{others}"


def _locked(said: Mapping[str, Any]) -> str:
    return ", ".join(f"{said[name]} {name}" for name in ("incomplete", "unsigned") if said.get(name))


def _beside(said: Mapping[str, Any]) -> str:
    count = len(said["sites"])
    return f"{count} site{'' if count == 1 else 's'}" if count else "none any more: it is read blind"


def _reported(said: Mapping[str, Any]) -> str:
    count = len(said["reports"])
    mapping = f", mapping {said['mapping_sha256'][:12]}" if said["mapping_sha256"] else ""
    return f"{count} report{'' if count == 1 else 's'}{mapping}"


def _seen(said: Mapping[str, Any]) -> str:
    count = said["open"]
    return f"{count} reading{' was' if count == 1 else 's were'} open"


def _calibrated(said: Mapping[str, Any]) -> str:
    return f"{_count(said, 'case')}, gates {said['gates_sha256'][:12]}"


def _count(said: Mapping[str, Any], what: str) -> str:
    count = len(said["cases"])
    return f"{count} {what}{'' if count == 1 else 's'}"


_TOLD: Final[Mapping[str, Callable[[Mapping[str, Any]], str]]] = MappingProxyType(
    {
        "allotted": _allotted,
        "assigned": _assigned,
        "taken_back": _cases,
        "given_back": _cases,
        "excluded": _excluded,
        "included": _included,
        "enrolled": _enrolled,
        "beside": _beside,
        "reported": _reported,
        "locked": _locked,
        "figures_seen": _seen,
        "calibrated": _calibrated,
    }
)
