"""States of a case: one table of what may be done in each, and what comes of it. Every door asks here. Pure.

A case that was signed once and reopened is told from a draft: its signature is missing until it is signed again, so it
comes first (see `listed`), and a first reading that is closed for its repeat is open again. An excluded case is one
that left the worklist unread, with a subject or visit that counts no more, or taken back from its reader; once it is
on the worklist again, it is what it was (`shown_as`).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from msgspec import Struct


class State(StrEnum):
    """Where one case stands."""

    DRAFT = "draft"
    PARKED = "parked"
    SIGNED = "signed"
    REOPENED = "reopened"
    REOPENED_PARKED = "reopened and parked"
    EXCLUDED = "excluded"


class Deed(StrEnum):
    """What is done at a case. The last four are kinds of acts on the record."""

    ANSWER = "answered"
    NOTE = "noted"
    KEEP_IMAGE = "key_image"
    SIGN = "signed"
    PARK = "parked"
    RESOLVE = "resolved"
    REOPEN = "reopened"


_S, _D = State, Deed
# what may be done in a state, and the state that it leads to; whatever isn't here is refused
TABLE: Final[Mapping[State, Mapping[Deed, State]]] = MappingProxyType(
    {
        _S.DRAFT: {
            _D.ANSWER: _S.DRAFT,
            _D.NOTE: _S.DRAFT,
            _D.KEEP_IMAGE: _S.DRAFT,
            _D.SIGN: _S.SIGNED,
            _D.PARK: _S.PARKED,
        },
        # the coordinator's question is often about a site, so notes are taken
        _S.PARKED: {_D.NOTE: _S.PARKED, _D.RESOLVE: _S.DRAFT},
        _S.SIGNED: {_D.REOPEN: _S.REOPENED},
        _S.REOPENED: {
            _D.ANSWER: _S.REOPENED,
            _D.NOTE: _S.REOPENED,
            _D.KEEP_IMAGE: _S.REOPENED,
            _D.SIGN: _S.SIGNED,
            _D.PARK: _S.REOPENED_PARKED,
        },
        _S.REOPENED_PARKED: {_D.NOTE: _S.REOPENED_PARKED, _D.RESOLVE: _S.REOPENED},
        _S.EXCLUDED: {},
    }
)
# acts that lead from one state to another
KINDS: Final = (Deed.SIGN, Deed.REOPEN, Deed.PARK, Deed.RESOLVE)
_WORDS: Final = {Deed.ANSWER: "answers", Deed.NOTE: "notes", Deed.KEEP_IMAGE: "key images"}
# acts after which a case takes no answers
CLOSING: Final = frozenset({Deed.SIGN, Deed.PARK})
_AGAIN: Final = frozenset({State.REOPENED, State.REOPENED_PARKED})


class Around(Struct, frozen=True):
    """What beside its own state decides whether a reader has a case on the worklist.

    due: not a repeat whose day is yet to come. begun: it has had an answer. drawn_again: it was drawn to be read again.
    others_first: a case of the reader is reopened, and a re-read of that reader isn't begun.
    """

    due: bool = True
    begun: bool = False
    drawn_again: bool = False
    others_first: bool = False


def allowed(state: State, deed: Deed, *, drawn_again: bool = False) -> bool:
    """Whether that may be done; a draft that was drawn to be read again can be reopened, to be signed."""
    return deed in TABLE[state] or (drawn_again and state is State.DRAFT and deed is Deed.REOPEN)


def after(state: State, deed: Deed) -> State:
    """The state that an act on the record leads to, also one that no door would take now: what is on record counts."""
    found = TABLE[state].get(deed)
    if found is not None:
        return found
    match deed:
        case Deed.SIGN:
            return State.SIGNED
        case Deed.REOPEN:
            return State.REOPENED
        case Deed.PARK:
            return State.REOPENED_PARKED if state in _AGAIN else State.PARKED
        case _:
            return State.REOPENED if state in _AGAIN else State.DRAFT


def shown_as(state: State, *, excluded: bool) -> State:
    """The state of a case that its own acts led to `state`, where it may have left the worklist since."""
    return State.EXCLUDED if excluded else state


def unsigned_again(state: State) -> bool:
    """Whether it was reopened, and isn't signed since."""
    return state in _AGAIN


def listed(state: State, around: Around) -> bool:
    """Whether a reader sees the case on the worklist and may open it.

    A first reading that was drawn to be read again is closed, unless it was reopened. While a case is reopened, and a
    repeat of that reader isn't begun, no case that isn't begun is listed: so the repeat is closed meanwhile, and which
    of them it is can't be told from what leaves the list and comes back.
    """
    if state is State.EXCLUDED or not around.due or (around.drawn_again and state not in _AGAIN):
        return False
    return around.begun or state in _AGAIN or not around.others_first


def drawing() -> str:
    """The table as a state diagram in Mermaid's words."""
    lines = ["stateDiagram-v2", "    [*] --> draft: assigned"]
    names = {state: state.value.replace(" ", "_") for state in State}
    for state, deeds in TABLE.items():
        here = ", ".join(_WORDS.get(deed, deed.value) for deed, to in deeds.items() if to is state)
        lines.append(f"    {names[state]}: {state.value}" + (f" (takes {here})" if here else ""))
        lines += [f"    {names[state]} --> {names[to]}: {deed.value}" for deed, to in deeds.items() if to is not state]
    lines.append("    draft --> reopened: reopened, if it was drawn to be read again")
    lines += [
        f"    {names[state]} --> excluded: excluded or taken back, if nobody has begun it"
        for state in State
        if state not in {State.SIGNED, State.EXCLUDED}
    ]
    lines.append("    excluded --> draft: included or given back, to the state that it was in")
    return "\n".join(lines)
