"""The record played again from its first row: what each row must say, and the first one that doesn't. No SQL."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from hashlib import sha256
from json.encoder import encode_basestring_ascii
from types import MappingProxyType
from typing import Any, Final

from msgspec import Struct, field

from scoring.errors import AnswerRefused
from scoring.readings import rounds
from scoring.readings.answers import check_answer, stored_answer
from scoring.readings.reading import VISITS, Reading, SiteKey
from scoring.schemes.scheme import FeatureCode, Scheme, SiteCode
from storage.record.acts import GONE, KINDS, Act
from storage.record.chain import Link, canonical, clock_back_ms, joined, seal
from storage.record.exclusions import after_act
from storage.schemes.study_schemes import StudySchemes
from storage.shown_visits import decoded
from storage.signing.content import signed_content

Key = tuple[int, str, str]
_LINKS: Final = ("previous_hash", "hash")
# of `Found.cases`
_READER, _SUBJECT, _ROUND, _SHOWN_VISITS, _ENROLMENT = 1, 2, 3, 7, 8


class Misfit(Exception):
    """A row that doesn't fit, and why."""


def _json(value: Any) -> str:  # noqa: ANN401 - a cell of any type but text
    """`json.dumps` without its preparations, which take longer than a whole number."""
    return repr(value) if value.__class__ is int else json.dumps(value)


class SealOfRows:
    """`chain.seal` for rows of one table, some five times as fast: the names are written once and not for every row."""

    def __init__(self, names: Sequence[str]) -> None:
        self._written = [(names.index(name), f'"{name}":') for name in sorted(names) if name not in _LINKS]
        self._previous = names.index("previous_hash")

    def __call__(self, row: Sequence[Any]) -> str:
        """The hash that a row must have."""
        # most are texts, and a call for each of a million would be a tenth of an audit
        parts = [
            name + (encode_basestring_ascii(value) if value.__class__ is str else _json(value))
            for key, name in self._written
            if (value := row[key]) is not None
        ]
        text = f"{row[self._previous]}\n{{{','.join(parts)}}}"
        return sha256(text.encode()).hexdigest()


class Found(Struct):
    """What the acts say of the tables beside them, for comparison with these."""

    cases: dict[str, list[Any]] = field(default_factory=dict)
    draws: dict[int, dict[str, Any]] = field(default_factory=dict)
    designs: dict[int, str] = field(default_factory=dict)
    indexes: dict[str, str] = field(default_factory=dict)
    passphrases: dict[str, str | None] = field(default_factory=dict)
    study_sha256: str = ""
    excluded: set[str] = field(default_factory=set)


class Replay:
    """Takes rows in order. `answers`: what stands, by case and place; `first`: when each case was begun."""

    def __init__(self, schemes: StudySchemes, event: Link, act: Link, names: Sequence[str]) -> None:
        self.answers: dict[str, dict[Key, str]] = defaultdict(dict)
        self.first: dict[str, str] = {}
        self.found = Found()
        self.clock_steps_ms: list[int] = []
        self.event_link, self.act_link = event, act
        self._schemes = schemes
        self._owner: dict[str, tuple[str, int]] = {}
        self._positions: dict[str, int] = {}
        self._locked: set[str] = set()
        self._parts: set[tuple[int, str]] = set()
        self._taken: set[str] = set()
        self._study_locked = False
        self._allowed: dict[tuple[str, Key, str], str] = {}
        self._at = {name: key for key, name in enumerate(names)}
        self._seal = SealOfRows(names)

    @property
    def head(self) -> str:
        """The hash over both chains as far as they were played."""
        return joined(self.event_link.hash, self.act_link.hash)

    def event(self, row: Sequence[Any]) -> None:
        """Play one answer; Misfit when it doesn't follow from what was played before."""
        at = self._at
        seq, link = row[at["seq"]], self.event_link
        if seq != link.seq + 1:
            raise Misfit(f"row {link.seq + 1} is missing")
        if row[at["previous_hash"]] != link.hash:
            raise Misfit("it doesn't hold the hash of the row before")
        digest = self._seal(row)
        if digest != row[at["hash"]]:
            raise Misfit("its hash doesn't match what it says")
        self._check_stamp(row)
        case, after = row[at["case"]], row[at["after"]]
        key = (row[at["visit"]], row[at["feature"]], row[at["site"]])
        asked = row[at["scheme_sha256"]], key, after
        refusal = self._allowed.get(asked)
        if refusal is None:
            refusal = self._allowed[asked] = _refusal(self._schemes.of(row[at["reader"]]), key, after)
        if refusal:
            raise Misfit(refusal)
        self._check_position(case, key[0])
        current = self.answers[case]
        if current.get(key, "") != row[at["before"]]:
            raise Misfit("its old answer isn't the one before")
        current[key] = after
        at_utc = row[at["at_utc"]]
        self.first.setdefault(case, at_utc)
        # rows of schema 1 and 2 have no design, and said nothing of the clock
        self._check_clock(link.at_utc, at_utc, row[at["clock_back_ms"]], old=row[at["design"]] is None)
        self.event_link = Link(seq, at_utc, digest)

    def act(self, act: Act, fields: Mapping[str, Any]) -> None:
        """Play one act; `fields` are its columns."""
        link = self.act_link
        if act.seq != link.seq + 1:
            raise Misfit(f"act {link.seq + 1} is missing")
        if act.previous_hash != link.hash:
            raise Misfit("it doesn't hold the hash of the act before")
        if seal(fields) != act.hash:
            raise Misfit("its hash doesn't match what it says")
        if act.after_event != self.event_link.seq or act.event_hash != self.event_link.hash:
            raise Misfit(f"it stands behind record row {act.after_event}, and that isn't the row it saw")
        if act.role not in KINDS.get(act.kind, ()):
            raise Misfit(f"{act.kind} isn't for the {act.role}")
        self._check_clock(link.at_utc, act.at_utc, act.clock_back_ms)
        meaning = _MEANINGS.get(act.kind)
        if meaning is not None:
            meaning(self, act, act.said)
        self.act_link = Link(act.seq, act.at_utc, act.hash)

    def _check_stamp(self, row: Sequence[Any]) -> None:
        at = self._at
        case, reader = row[at["case"]], row[at["reader"]]
        if row[at["scheme_sha256"]] != self._schemes.of(reader).sha256:
            raise Misfit("it was given under another scheme")
        owner = self._owner.get(case)
        if owner is None:
            # a study of before schema 3 got its assignments onto the chain of acts behind its first answers
            owner = self._owner_later(case)
        if owner is None or owner[0] != reader:
            raise Misfit(f"case {case} isn't on the worklist of {reader}")
        self._check_open(case)
        design = row[at["design"]]
        if design is None and not self.found.designs:
            return
        if row[at["round"]] != owner[1] or row[at["role"]] != "reader":
            raise Misfit(f"case {case} isn't of that round or role")
        if design is None and row[at["seq"]] in self._merged:
            return
        held = {len(self.found.designs)} if row[at["seq"]] not in self._merged else self.found.designs.keys()
        if design not in held or row[at["design_sha256"]] != self.found.designs.get(design):
            raise Misfit("it was given under another design than the one that held")

    def _check_open(self, case: str) -> None:
        if case in self._locked:
            raise Misfit(f"case {case} was signed before it")
        if case in self._taken:
            raise Misfit(f"case {case} was taken back before it")
        if self._study_locked:
            raise Misfit("the study was locked before it")

    def merged(self, seqs: Collection[int]) -> None:
        """Which events were brought over from a copy: the design that held there may be an earlier one."""
        self._merged = seqs

    _merged: Collection[int] = frozenset()

    def known_later(self, owners: Mapping[str, tuple[str, int]]) -> None:
        """Who has which case by what stands in the tables; used for rows from before schema 3 alone."""
        self._later = owners

    def _owner_later(self, case: str) -> tuple[str, int] | None:
        return None if self.found.designs else self._later.get(case)

    _later: Mapping[str, tuple[str, int]] = MappingProxyType({})

    def _check_position(self, case: str, position: int) -> None:
        if position > self._positions.get(case, len(VISITS)):
            raise Misfit(f"case {case} shows no visit {position}")

    def _check_clock(self, before: str, now: str, said: int | None, *, old: bool = False) -> None:
        step = clock_back_ms(before, now)
        if step is not None:
            self.clock_steps_ms.append(step)
        if step != said and not old:
            raise Misfit("what it says of the clock isn't so")

    def _designed(self, act: Act, said: Mapping[str, Any]) -> None:
        if said["design"] != len(self.found.designs) + 1:
            raise Misfit(f"it lays down design {said['design']}, and {len(self.found.designs) + 1} was next")
        self.found.designs[said["design"]] = said["sha256"]
        if act.seq == 1:
            self.found.study_sha256 = said["study_sha256"]

    def _allotted(self, _act: Act, said: Mapping[str, Any]) -> None:
        for subject in said["parts"]:
            key = said["share"][1], subject
            if key in self._parts:
                raise Misfit(f"{subject} was in a part of {key[0]} already")
            self._parts.add(key)

    def _assigned(self, act: Act, said: Mapping[str, Any]) -> None:
        draw = said["draw"]
        self.found.draws[draw["id"]] = draw
        for code, subject, round_, position, due, mix, *more in said["cases"]:
            # acts of before schema 12 say nothing of visits, those of before schema 15 nothing of enrolments
            visits, enrolment = [*more, None, None][:2]
            held = (subject, round_, position, due, mix, visits, enrolment)
            self.found.cases[code] = [code, act.reader, *held, draw["id"]]
            self._owner[code] = (str(act.reader), round_)
            self._positions[code] = len(decoded(visits))

    def _indexed(self, _act: Act, said: Mapping[str, Any]) -> None:
        self.found.indexes[said["subject"]] = said["sha256"]
        if said["sha256"] == GONE:
            del self.found.indexes[said["subject"]]

    def _passphrase(self, act: Act, said: Mapping[str, Any]) -> None:
        self.found.passphrases[str(act.reader)] = said["sha256"]

    def _signed(self, act: Act, said: Mapping[str, Any]) -> None:
        case = self._own(act)
        if case in self._locked:
            raise Misfit(f"case {case} was signed already")
        answers = {SiteKey(v, FeatureCode(f), SiteCode(s)): text for (v, f, s), text in self.answers[case].items()}
        reading = Reading({key: answer for key, text in answers.items() if (answer := stored_answer(text)) is not None})
        positions = tuple(range(1, self._positions.get(case, len(VISITS)) + 1))
        for name, value in signed_content(self._schemes.of(str(act.reader)), reading, positions).items():
            if canonical(said[name]) != canonical(value):
                raise Misfit(f"the {name.removesuffix('_sha256')} that were signed aren't those of case {case}")
        self._locked.add(case)

    def _noted(self, act: Act, said: Mapping[str, Any]) -> None:
        case = self._own(act)
        key = said["visit"], said["feature"], said["site"]
        refusal = _refusal(self._schemes.of(str(act.reader)), key, "")
        if refusal:
            raise Misfit(refusal)
        self._check_position(case, key[0])

    def _reopened(self, act: Act, _said: Mapping[str, Any]) -> None:
        if act.case not in self._locked and not self._drawn_again(str(act.case)):
            raise Misfit(f"case {act.case} wasn't signed")
        self._locked.discard(str(act.case))

    def _drawn_again(self, case: str) -> bool:
        """Whether a case that isn't signed may be reopened: it was drawn to be read again, so it was closed."""
        rows = self.found.cases
        mine = rows.get(case)
        if mine is None:
            return False
        shown = frozenset(decoded(mine[_SHOWN_VISITS]))
        return any(
            other[_ROUND] == rounds.REREAD
            and _whose(other) == _whose(mine)
            and not shown.isdisjoint(decoded(other[_SHOWN_VISITS]))
            for other in rows.values()
        )

    def _lock(self, act: Act, _said: Mapping[str, Any]) -> None:
        locks = act.kind == "locked"
        if locks is self._study_locked:
            raise Misfit(f"the study was {act.kind} already")
        self._study_locked = locks

    def _exclusion(self, act: Act, said: Mapping[str, Any]) -> None:
        self.found.excluded = after_act(self.found.excluded, act.kind, said)

    def _taken_back(self, act: Act, said: Mapping[str, Any]) -> None:
        for code in said["cases"]:
            if self._owner.get(code, ("",))[0] != act.reader or code in self.found.excluded:
                raise Misfit(f"case {code} isn't on the worklist of {act.reader}")
            if code in self.first:
                raise Misfit(f"case {code} was begun")
        self._taken |= set(said["cases"])
        self._exclusion(act, said)

    def _given_back(self, act: Act, said: Mapping[str, Any]) -> None:
        for code in said["cases"]:
            if self._owner.get(code, ("",))[0] != act.reader or code not in self._taken:
                raise Misfit(f"case {code} wasn't taken back from {act.reader}")
        self._taken -= set(said["cases"])
        self._exclusion(act, said)

    def _own(self, act: Act) -> str:
        owner = self._owner.get(str(act.case))
        if owner is None or owner[0] != act.reader:
            raise Misfit(f"case {act.case} isn't on the worklist of {act.reader}")
        return str(act.case)


_MEANINGS: Final[Mapping[str, Callable[[Replay, Act, Mapping[str, Any]], None]]] = {
    "designed": Replay._designed,  # noqa: SLF001 - the table of its own methods
    "allotted": Replay._allotted,  # noqa: SLF001
    "assigned": Replay._assigned,  # noqa: SLF001
    "taken_back": Replay._taken_back,  # noqa: SLF001
    "given_back": Replay._given_back,  # noqa: SLF001
    "indexed": Replay._indexed,  # noqa: SLF001
    "passphrase": Replay._passphrase,  # noqa: SLF001
    "signed": Replay._signed,  # noqa: SLF001
    "noted": Replay._noted,  # noqa: SLF001
    "reopened": Replay._reopened,  # noqa: SLF001
    "excluded": Replay._exclusion,  # noqa: SLF001
    "included": Replay._exclusion,  # noqa: SLF001
    "locked": Replay._lock,  # noqa: SLF001
    "unlocked": Replay._lock,  # noqa: SLF001
}


def _whose(case: Sequence[Any]) -> tuple[Any, ...]:
    """Reader, subject and enrolment of a case; one of before schema 15 is of the first."""
    return case[_READER], case[_SUBJECT], case[_ENROLMENT] or 1


def _refusal(scheme: Scheme, key: Key, after: str) -> str:
    visit, feature, site = key
    try:
        check_answer(scheme, SiteKey(visit, FeatureCode(feature), SiteCode(site)), stored_answer(after))
    except (AnswerRefused, ValueError) as error:
        return str(error)
    return ""
