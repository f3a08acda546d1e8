"""Identity keys that find a person again, and the codes of subjects. Pure; the vault keeps both."""

from __future__ import annotations

import hashlib
import hmac
import json
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache

from workstation.intake.decisions.identity import Identity as KnownIdentity
from workstation.intake.decisions.identity import is_nobody
from workstation.intake.frames import FileFacts, Identity

CODE_DIGITS = 3


def identity_key(facts: FileFacts) -> str:
    """What finds a person again: patient ID with its issuer, name and birth date in canonical form.

    Somebody without any of these, or with words that say nobody, is nobody we know: each such study is a person of its
    own until the coordinator says who it is.
    """
    return _key(facts.identity) or json.dumps(["study", facts.study_uid], ensure_ascii=False)


@lru_cache(maxsize=64)
def _key(identity: Identity) -> str:
    """By its words alone, "" where they say nobody; asked for file after file of one person."""
    if is_nobody(identity_in("", identity)):
        return ""
    parts = [_canonical(part) for part in (identity.patient_id, identity.issuer)]
    parts += [_name(identity.name), _canonical(identity.birth_date)]
    return json.dumps(parts, ensure_ascii=False)


def identity_in(code: str, identity: Identity) -> KnownIdentity:
    """What a file says of a person, as decisions see it."""
    return KnownIdentity(code, identity.patient_id, identity.issuer, identity.name, identity.birth_date)


def subject_codes(keys: Iterable[str], known: Mapping[str, str], secret: bytes) -> dict[str, str]:
    """Identity key -> subject code, S001 onwards; persons keep theirs, new ones follow a keyed hash, not the alphabet.

    Args:
        keys: identity keys, in any order.
        known: the same for persons who are in the study already.
        secret: the vault's.
    """
    fresh = sorted(
        set(keys) - set(known), key=lambda key: hmac.digest(secret, f"person\0{key}".encode(), hashlib.sha256)
    )
    start = int(next_code(known.values())[1:])
    return {**known, **{key: f"S{number:0{CODE_DIGITS}d}" for number, key in enumerate(fresh, start)}}


def next_code(used: Iterable[str]) -> str:
    """The code behind the highest that was ever used."""
    highest = max((int(code[1:]) for code in used if code[1:].isdecimal()), default=0)
    return f"S{highest + 1:0{CODE_DIGITS}d}"


def _canonical(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _name(text: str) -> str:
    """Without the empty components that some senders leave at the end."""
    return _canonical(text.replace("^", " "))
