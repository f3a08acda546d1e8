"""Seeded draws: in which order a reader gets the cases, and under which codes. Pure: one seed and secret, one draw."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final

from msgspec import Struct

from scoring.design.secret_seed import SecretSeed

# No look-alikes (0 O, 1 I L, 2 Z, 5 S, 8 B) and no vowels, so no words. A letter stands first, so that no table
# program takes a code for a number (3E479 is one).
LETTERS = "CDFGHJKMNPQRTVWXY"
ALPHABET = LETTERS + "34679"
CODE_LENGTH = 5
# other cases between two that show one wrist: fewer, and the images might still be in the reader's mind
LEAST_BETWEEN: Final = 5


class Reread(Struct, frozen=True):
    """A subject drawn to be read again. `mix`, 0 up to but not 1: how far behind, among what is unread by then."""

    subject: str
    mix: float


class Entry(Struct, frozen=True):
    """A case of a worklist. `since` is when it came onto it (ISO 8601, UTC); `mix` is None for a first reading."""

    case: str
    since: str
    mix: float | None


def draw_worklist(subjects: Sequence[str], seed: SecretSeed) -> tuple[str, ...]:
    """The subjects in drawn order; it depends on which subjects and on the seed, not on the order given."""
    drawn = sorted(subjects)
    seed.source("worklist").shuffle(drawn)
    return tuple(drawn)


def kept_apart(drawn: Sequence[str], person: Callable[[str], str], before: Sequence[str] = ()) -> tuple[str, ...]:
    """The drawn order with cases of one person apart: `LEAST_BETWEEN` others between them, where the list allows it.

    Images in a row that show one wrist would tell that two cases are one person's. What has such a neighbour waits for
    the next place that suits; at the end of the list it goes back to the last one that does.

    Args:
        drawn: keys of cases, as they were drawn.
        person: whose a case is.
        before: what stands before them, in order.
    """
    waiting, found = list(drawn), list(before)
    people = [person(key) for key in found]
    while waiting:
        near = people[max(len(found) - LEAST_BETWEEN, 0) :]
        key = next((key for key in waiting if person(key) not in near), waiting[0])
        waiting.remove(key)
        at = _last_apart(people, person(key), len(before))
        found.insert(at, key)
        people.insert(at, person(key))
    return tuple(found[len(before) :])


def _last_apart(people: Sequence[str], person: str, least: int) -> int:
    """The last place that is far enough from the same person; the end of the list where there is none."""
    for at in range(len(people), least - 1, -1):
        if person not in people[max(at - LEAST_BETWEEN, 0) : at + LEAST_BETWEEN]:
            return at
    return len(people)


def draw_rereads(subjects: Collection[str], count: int, seed: SecretSeed) -> tuple[Reread, ...]:
    """`count` of the subjects, each as likely as another, in a drawn order that owes nothing to the first one.

    Raises:
        ValueError: fewer subjects than that.
    """
    # a stream of its own: with the seed of the first worklist the order would otherwise be that of the first readings
    source = seed.source("re-reads")
    return tuple(Reread(subject, source.random()) for subject in source.sample(sorted(subjects), count))


def mixed_worklist(entries: Sequence[Entry], begun: Mapping[str, str]) -> tuple[str, ...]:
    """The cases in reading order: first readings as they were drawn, repeats mixed among what was still unread.

    A repeat stands behind every case that had been begun when it came, at a place that its `mix` chooses among the
    rest, all equally likely. What is read afterwards moves nothing.

    Args:
        entries: first readings in drawn order, and repeats; `since` of the first ones rises or stays.
        begun: for each case that has an answer, when the first was given, as `since` is written.
    """
    order: list[str] = []
    for entry in sorted(entries, key=lambda entry: entry.since):
        if entry.mix is None:
            order.append(entry.case)
            continue
        before = [position for position, case in enumerate(order) if case in begun and begun[case] <= entry.since]
        read = before[-1] + 1 if before else 0
        order.insert(read + int(entry.mix * (len(order) - read + 1)), entry.case)
    return tuple(order)


def case_codes(count: int, taken: Collection[str], seed: SecretSeed) -> tuple[str, ...]:
    """`count` new codes, none of them taken. They say nothing of subject, order or round."""
    source = seed.source("case codes")
    used = set(taken)
    drawn: list[str] = []
    while len(drawn) < count:
        code = source.choice(LETTERS) + "".join(source.choice(ALPHABET) for _ in range(CODE_LENGTH - 1))
        if code not in used:
            used.add(code)
            drawn.append(code)
    return tuple(drawn)
