"""Answers given in a copy on other images than the study had when they came home, as the record tells of them.

A merge says it since it asks for the reason. Older programs merged such answers without a word; there the order of acts
tells: what the index was when the copy was handed over, and what when it came home.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from storage.audit import shown_images
from storage.audit.origins import CHAINS
from storage.database import study_schema as tables
from storage.record import acts
from storage.record.acts import Act


@dataclass(frozen=True, slots=True)
class OtherImages:
    """A merge that brought such answers. why: the reason that was given, "" where nobody was asked."""

    at_utc: str
    cases: tuple[str, ...]
    why: str

    def as_text(self) -> str:
        """One line for people."""
        named = f"answers of {', '.join(self.cases)} were given on other images than the study had by then"
        told = f"Why they were taken: {self.why}" if self.why else "Nobody was asked: look at their grades"
        return f"With the copy that was merged on {self.at_utc}, {named}. {told}"


def told(connection: Connection) -> tuple[OtherImages, ...]:
    """Of every merge, oldest first."""
    found = []
    unasked = None
    for act in acts.of_kind(connection, "merged"):
        cases: tuple[str, ...]
        if shown_images.OTHER_IMAGES in act.said:
            cases = tuple(sorted(act.said[shown_images.OTHER_IMAGES]))
        else:
            unasked = unasked or _cases_of_copies(connection)
            cases = tuple(sorted(_unasked(connection, act, unasked.get(act.seq, {}))))
        if cases:
            found.append(OtherImages(act.at_utc, cases, str(act.said.get("why", ""))))
    return tuple(found)


def _unasked(connection: Connection, merged: Act, copies: Mapping[str, set[str]]) -> Iterator[str]:
    for token, cases in copies.items():
        handed = shown_images.handed_as(connection, token)
        yield from cases & shown_images.changed_between(connection, handed, merged.seq).keys()


def _cases_of_copies(connection: Connection) -> Mapping[int, Mapping[str, set[str]]]:
    """Number of a merge -> token of a copy -> the cases of which it brought answers or signatures."""
    token_of: dict[str, str] = {}
    for act in shown_images.handed_acts(connection):
        token_of |= {act.said["event_hash"]: act.said["token"], act.said["act_hash"]: act.said["token"]}
    cases = {name: _cases(connection, name) for name in CHAINS}
    found: dict[int, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in connection.execute(select(tables.origin).order_by(tables.origin.c.id)):
        token = token_of.get(row.there_previous_hash)
        if token is None:
            continue
        token_of[row.there_hash] = token
        if row.seq in cases[row.chain]:
            found[row.merge][token].add(cases[row.chain][row.seq])
    return found


def _cases(connection: Connection, chain: str) -> Mapping[int, str]:
    table = CHAINS[chain]
    query = select(table.c.seq, table.c.case)
    if table is tables.act:
        query = query.where(table.c.kind == "signed")
    return {row.seq: row.case for row in connection.execute(query)}
