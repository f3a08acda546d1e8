"""Board of the copies: how far each is, as the server knows it; for coordinators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from storage.server.connecting import Server

# a case is signed where the last that was done at it is a signature
_QUERY = """
SELECT c.token, c.reader, c.at, c.cases, h.events - c.events, h.event_hash, h.act_hash, h.heard, h.received,
    h.acts - c.acts,
    (SELECT count(*) FROM (
        SELECT DISTINCT ON (r.body::json ->> 'case') r.body::json ->> 'kind' AS kind FROM ramris.received r
        WHERE r.token = c.token AND r.chain = 'act' AND r.body::json ->> 'kind' IN ('signed', 'reopened')
        ORDER BY r.body::json ->> 'case', r.seq DESC) last WHERE last.kind = 'signed')
FROM ramris.copy c JOIN ramris.head h USING (token) ORDER BY c.number
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One copy. answers, acts: that came since it was handed over. heard, received: when it last asked, and last sent;
    None is never. event_hash, act_hash: of the last rows that are here.
    """

    token: str
    reader: str
    handed: str
    cases: int
    answers: int
    event_hash: str
    act_hash: str
    heard: str | None
    received: str | None
    acts: int
    signed: int

    def as_json(self) -> dict[str, object]:
        """For scripts."""
        names = ("reader", "handed", "cases", "signed", "answers", "received", "heard")
        return {"copy": self.token, **{name: getattr(self, name) for name in names}}


def board(server: Server) -> tuple[Line, ...]:
    """Each copy, oldest first; moments in UTC, by the server's clock."""
    return tuple(
        Line(token, reader, _moment(at) or "", cases, answers, event, act, _moment(heard), _moment(received), *counts)
        for token, reader, at, cases, answers, event, act, heard, received, *counts in server.rows(_QUERY)
    )


def _moment(at: datetime | None) -> str | None:
    return None if at is None else f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
