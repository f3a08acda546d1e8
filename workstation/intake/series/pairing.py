"""Pairing of persons and visits: persons by identity, visits by date. Pure; the vault keeps the result."""

from __future__ import annotations

import hashlib
import hmac
import json
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from workstation.intake.frames import FileFacts, Identity

CODE_DIGITS = 3


@dataclass(frozen=True, slots=True)
class Numbering:
    """Visits of one subject in order: dates[0] is visit 1. refused: dates that may not be put in, with the reason."""

    dates: tuple[str, ...]
    refused: Mapping[str, str]

    def number(self, date: str) -> int | None:
        """The visit of that date, None when it was refused."""
        return self.dates.index(date) + 1 if date in self.dates else None


def identity_key(facts: FileFacts) -> str:
    """What finds a person again: patient ID with its issuer, name and birth date in canonical form.

    Somebody without any of these is nobody we know: each such study is a person of its own.
    """
    identity = facts.identity
    parts = [_canonical(part) for part in (identity.patient_id, identity.issuer)]
    parts += [_name(identity.name), _canonical(identity.birth_date)]
    return json.dumps(parts if any(parts) else ["study", facts.study_uid], ensure_ascii=False)


def is_anonymous(identity: Identity) -> bool:
    """Whether nothing says who this is."""
    return not any((identity.patient_id, identity.name, identity.birth_date))


def subject_codes(keys: Iterable[str], known: Mapping[str, str], secret: bytes) -> dict[str, str]:
    """Identity key -> subject code, S001 onwards; persons keep theirs, new ones follow a keyed hash, not the alphabet.

    Args:
        keys: identity keys, in any order.
        known: the same for persons who are in the study already.
        secret: the vault's.
    """
    used = [int(code[1:]) for code in known.values() if code[1:].isdecimal()]
    fresh = sorted(
        set(keys) - set(known), key=lambda key: hmac.digest(secret, f"person\0{key}".encode(), hashlib.sha256)
    )
    start = max(used, default=0) + 1
    return {**known, **{key: f"S{number:0{CODE_DIGITS}d}" for number, key in enumerate(fresh, start)}}


def numbering(known: tuple[str, ...], found: Iterable[str], *, has_answers: bool, hidden: bool = False) -> Numbering:
    """Put the dates found into the order of visits.

    Args:
        known: dates of the visits that the study has, in order; "" is an unknown date.
        found: dates of what is imported now.
        has_answers: whether somebody read this subject already; then the known visits keep their numbers.
        hidden: whether the order is hidden from readers; one who has read a subject would learn it from a visit more.
    """
    fresh = sorted(set(found) - set(known))
    refused: dict[str, str] = {}
    if "" in fresh and (known or len(fresh) > 1):
        refused[""] = "without a date it can't be told which visit it is"
    if "" in known:
        refused |= dict.fromkeys(fresh, "the study has a visit of unknown date, so the order can't be told")
    if has_answers and known and hidden:
        refused |= dict.fromkeys(fresh, "the subject has been read, and a visit more would tell which came first")
    elif has_answers and known:
        early = [date for date in fresh if date < max(known)]
        refused |= dict.fromkeys(early, "it is earlier than a visit that has been read already")
    return Numbering(tuple(sorted({*known, *(date for date in fresh if date not in refused)})), refused)


def _canonical(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _name(text: str) -> str:
    """Without the empty components that some senders leave at the end."""
    return _canonical(text.replace("^", " "))
