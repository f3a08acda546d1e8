"""Verification of the vault: its chain, each row against its last change, and both ends of what binds it to the record.

What differs is named by codes, never by what a row holds.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, select

from storage.database import study_schema
from storage.errors import RecordDamaged
from storage.files.layout import VAULT_FILE
from storage.record import acts, chain, vault_ends
from storage.record.vault_ends import Noted, VaultEnd
from storage.vault import schema as tables
from storage.vault import vault_chain
from storage.vault.vault_chain import Digests, Part

# how many are named in a line
_NAMED: Final = 8
_WORDS: Final = {
    tables.secret.name: "the secret",
    tables.person.name: "person {0}",
    tables.visit.name: "visit {0}/{1}",
    tables.series.name: "series {0}",
    tables.source.name: "the files of series {0}",
    tables.examination.name: "examination {0}",
    tables.root.name: "imported folder {0}",
    tables.choice.name: "decision {0}",
    tables.held.name: "held series {0}",
}


@dataclass(frozen=True, slots=True)
class VaultAudit:
    """What was found. wrong: what doesn't hold, each a line, by codes; told: what is so and is no fault.

    differing: the rows that aren't what the chain says, by code, all of them.
    """

    changes: int
    wrong: tuple[str, ...]
    told: tuple[str, ...]
    differing: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether all of it is as the program left it."""
        return not self.wrong


def audit_vault(vault: Connection, record: Connection) -> VaultAudit:
    """Hold an open vault against its chain, and the chain against the study's record.

    Raises:
        RecordDamaged: an index of the file holds something else than its table; opening looks at less.
    """
    found = vault.exec_driver_sql("PRAGMA integrity_check(1)").scalar_one()
    if found != "ok":
        raise RecordDamaged(f"{VAULT_FILE} is damaged ({found}): `ramris study restore-vault` puts its last copy back")
    known = vault_ends.noted(record)
    hashes: dict[int, str] = {}
    said: Digests = {}
    unbound: list[int] = []
    touched: dict[int, Digests] = {}
    adopted: list[int] = []
    for fields, follows in vault_chain.changes(vault):
        number = fields["number"]
        if not follows:
            return VaultAudit(
                len(hashes), (f"change {len(hashes) + 1} of the vault's chain doesn't follow from the one before",), ()
            )
        hashes[number] = fields["hash"]
        touched[number] = vault_chain.said_by(fields)
        said = touched[number] if fields["adopted"] else said | touched[number]
        if fields["adopted"]:
            adopted.append(number)
        if fields["head"] and not _stood_there(record, fields):
            unbound.append(number)
    if not hashes:
        return _without_chain(known)
    differing = tuple(_differing(vault, said))
    wrong = (*_parts(differing), *_ends(known, hashes), *_adopted(known, adopted), *_unbound(record, unbound, known))
    return VaultAudit(len(hashes), wrong, (*_history(known), *_unnoted(known, hashes, touched)), differing)


def _without_chain(known: Noted) -> VaultAudit:
    if known.acts:
        return VaultAudit(0, ("the vault has no chain, and the record knows one",), ())
    return VaultAudit(0, (), ("The vault has no chain yet: the next command of the coordinator begins it.",))


def _differing(vault: Connection, said: Digests) -> Iterable[str]:
    here = vault_chain.digests(vault)
    secret = (tables.secret.name, json.dumps([1], separators=(",", ":")))
    if here.get(secret) != said.get(secret):
        # every digest is made with it, so every row would differ
        return ["the secret"]
    parts = sorted({*here, *(part for part, digest in said.items() if digest)})
    return [named(part) for part in parts if here.get(part) != said.get(part)]


def named(part: Part) -> str:
    """A part for people, by its code."""
    table, key = part
    words = _WORDS.get(table, f"{table} {{0}}")
    return words.format(*json.loads(key))


def _parts(differing: Sequence[str]) -> Iterable[str]:
    if differing:
        yield f"{_listed(differing)}: not what the vault's chain says"


def _listed(parts: Sequence[str]) -> str:
    more = f" and {len(parts) - _NAMED} more" if len(parts) > _NAMED else ""
    return f"{', '.join(parts[:_NAMED])}{more}"


def _ends(known: Noted, hashes: dict[int, str]) -> Iterable[str]:
    for end in known.ends:
        if end.number not in hashes:
            yield (
                f"the record knows {known.ends[-1].number} changes of the vault, and it has {len(hashes)}: an "
                "older copy lies in its place"
            )
            return
        if hashes[end.number] != end.hash:
            yield f"change {end.number} of the vault isn't the one that the record knows"
            return


def _adopted(known: Noted, numbers: Sequence[int]) -> Iterable[str]:
    """Rows may be taken as they stand for a reason alone; an old vault's first change needs none."""
    told = {act.said["number"] for act in known.acts if act.kind == vault_ends.ADOPTED}
    unknown = [number for number in numbers if number > 1 and number not in told]
    if unknown:
        yield f"change {unknown[0]} of the vault takes all its rows as they stood, and the record doesn't say why"


def _stood_there(record: Connection, fields: dict[str, Any]) -> bool:
    """Whether the record once stood where a change says."""
    ends: list[str] = []
    for table, number in ((study_schema.event, fields["events"]), (study_schema.act, fields["acts"])):
        found = record.execute(select(table.c.hash).where(table.c.seq == number)).scalar_one_or_none()
        ends.append((found or "") if number else chain.genesis(record, table))
    said: str = fields["head"]
    return chain.joined(*ends) == said


def _unbound(record: Connection, numbers: Sequence[int], known: Noted) -> Iterable[str]:
    """A restored study.db knows less than its vault did, and says that it was restored."""
    went_back = any(acts.of_kind(record, kind) for kind in ("restored", "salvaged"))
    adopted = next((act.said["number"] for act in reversed(known.acts) if act.kind == vault_ends.ADOPTED), 0)
    open_ = [number for number in numbers if number > adopted]
    if open_ and not went_back:
        yield (
            f"change {open_[0]} of the vault was made at a state of study.db that isn't on its record: an older "
            "study.db, or another"
        )


def _history(known: Noted) -> Iterable[str]:
    for act in known.acts:
        said = act.said
        if act.kind == vault_ends.RESTORED:
            yield f"On {act.at_utc} {said['from']} took the vault's place; later changes aren't in it."
        elif act.kind == vault_ends.ADOPTED:
            differed = f" These weren't what its chain said: {', '.join(said['differed'])}." if said["differed"] else ""
            yield f"On {act.at_utc} the vault was taken as it stood: {said['why']}.{differed}"


def _unnoted(known: Noted, hashes: dict[int, str], touched: dict[int, Digests]) -> Iterable[str]:
    ends = (VaultEnd(act.said["number"], act.said["sha256"]) for act in known.acts if act.kind != vault_ends.RESTORED)
    # the first change is the secret's
    last = max((end.number for end in ends if hashes.get(end.number) == end.hash), default=1)
    beyond = [number for number in hashes if number > last]
    if beyond:
        parts = sorted({named(part) for number in beyond for part in touched[number]})
        yield (
            f"The last {len(beyond)} changes of the vault ({_listed(parts)}) aren't on the record yet: "
            "a command was cut off, or somebody wrote into vault.db. The coordinator's next command puts them there."
        )
