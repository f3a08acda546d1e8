"""Identity of a patient compared with another: IDs, issuers, names and birth dates as files write them. Pure.

Reasons quote none of them, but for the ending of an ID that names a visit.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from workstation.intake.decisions.words import plain, says_nobody, shipped_words, words_in

ONE, TWO = "one", "two"
SIGNS = re.compile(r"[\s._-]+")
UMLAUTS = {ord(sign): f"{base}e" for sign, base in zip("äöüÄÖÜ", "aouAOU", strict=True)}
YEAR_ALONE = "only the year of birth is the same"
BY_RULE = "the patient IDs are the same without the ending"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who files say that the patient is, as written there, under the code that the vault has for it."""

    code: str
    patient_id: str = ""
    issuer: str = ""
    name: str = ""
    birth_date: str = ""


@dataclass(frozen=True, slots=True)
class Likeness:
    """What speaks for and against one person. sure: that it is one; against: something contradicts that."""

    sure: bool
    proposal: str
    reasons: tuple[str, ...]
    against: bool = False


def is_nobody(identity: Identity) -> bool:
    """Whether an identity finds nobody again: no ID, and no name with a birth date, but for words that say nobody."""
    birth = plain(identity.birth_date)
    named = not says_nobody(identity.name) and birth and birth not in shipped_words().nobody.birth_dates
    return says_nobody(identity.patient_id) and not named


def without_visit(patient_id: str, endings: Sequence[str] = ()) -> tuple[str, str]:
    """An ID without the ending that names a visit, and that ending; "" where there is none.

    endings: those that count, where # stands for a number; none are all that words.toml knows.
    """
    text = plain(patient_id)
    for ending in endings:
        found = re.search(re.escape(plain(ending)).replace(r"\#", "[0-9]+").replace("#", "[0-9]+") + "$", text)
        if found and found.start():
            return text[: found.start()], text[found.start() :]
    if endings:
        return text, ""
    found = _ending().search(text)
    return (text[: found.start()], found["ending"]) if found else (text, "")


@cache
def _ending() -> re.Pattern[str]:
    patterns = "|".join(shipped_words().visit_endings.patterns)
    return re.compile(rf"(?:(?<=[a-z0-9])[\s._-]+|(?<=[0-9]))(?P<ending>{patterns})$")


def without_count(patient_id: str) -> tuple[str, str]:
    """An ID without an ending that may count visits, or people, and that ending; "" where there is none."""
    found = _perhaps().search(plain(patient_id))
    return (plain(patient_id)[: found.start()], found["ending"]) if found else (plain(patient_id), "")


@cache
def _perhaps() -> re.Pattern[str]:
    patterns = "|".join(shipped_words().visit_endings.perhaps)
    # what stands before it is more than one number: 12-3 is the third person of site 12
    return re.compile(
        rf"(?<=[0-9])(?:(?<!^[0-9])(?<!^[0-9]{{2}})(?<!^[0-9]{{3}})[\s._-]+|(?![0-9]))(?P<ending>{patterns})$"
    )


def compared(first: Identity, second: Identity, body: Sequence[str], endings: Sequence[str] = ()) -> Likeness:
    """Whether two identities may be one person; `body`: what of the bodies contradicts that, `endings` as above."""
    if is_nobody(first) or is_nobody(second):
        said = "the patient ID names nobody" if first.patient_id else "no patient ID, name or birth date"
        reasons = (f"{said}: taken as a separate person", *body)
        return Likeness(sure=False, proposal=TWO if body else ONE, reasons=reasons, against=bool(body))
    same_id, about_id = _of_ids(first, second, endings)
    same_name, about_name = _of_names(first, second)
    same_birth, about_birth = _of_births(first, second)
    issuers = {plain(first.issuer), plain(second.issuer)}
    about_issuer = (
        ()
        if len(issuers) == 1
        else ("only one has an issuer of the ID" if "" in issuers else "different issuers of the ID",)
    )
    reasons = (*about_id, *about_issuer, *about_name, *about_birth, *body)
    whole = (
        same_id is True and same_name is True and (same_birth is True or (same_birth is None and _by_rule(about_id)))
    )
    sure = whole and (len(issuers) == 1 or "" in issuers) and not body
    unlike = [item is False for item in (same_id, same_name, same_birth)].count(True)
    is_one = not body and unlike <= 1 and not (same_birth is False and not about_birth[0].startswith(YEAR_ALONE))
    return Likeness(sure, ONE if is_one else TWO, reasons, against=bool(body))


def _by_rule(reasons: Sequence[str]) -> bool:
    return any(item.startswith(BY_RULE) for item in reasons)


def _of_ids(first: Identity, second: Identity, endings: Sequence[str]) -> tuple[bool | None, tuple[str, ...]]:
    if says_nobody(first.patient_id) or says_nobody(second.patient_id):
        return None, ("a patient ID names nobody",)
    if bare(first.patient_id) == bare(second.patient_id):
        return True, ("the same patient ID",)
    if endings:
        cut = [without_visit(item.patient_id, endings) for item in (first, second)]
        if bare(cut[0][0]) == bare(cut[1][0]):
            return True, (f"{BY_RULE} that protocol.toml names as a visit",)
    cut = [without_visit(item.patient_id) for item in (first, second)]
    if bare(cut[0][0]) != bare(cut[1][0]):
        cut = [without_count(item.patient_id) for item in (first, second)]
    if bare(cut[0][0]) == bare(cut[1][0]):
        ends = " and ".join(item[1] or "nothing" for item in cut)
        return None, (f"the patient IDs differ only in their ending, which may name a visit ({ends})",)
    return False, ("different patient IDs",)


def _of_names(first: Identity, second: Identity) -> tuple[bool | None, tuple[str, ...]]:
    a, b = first.name, second.name
    if says_nobody(a) or says_nobody(b):
        return (True if plain(a) == plain(b) else None), ()
    if _spellings(a) & _spellings(b) or bare(without_visit(a)[0]) == bare(without_visit(b)[0]):
        return True, ("the same name",) if name_of(a) == name_of(b) else ("the same name, written in two ways",)
    if _is_named_by_id(first) and _is_named_by_id(second):
        # the name is the ID again, and was compared as such
        return True, ()
    parts = set(words_in(a)) & set(words_in(b))
    return False, ("the names agree only in part" if parts else "different names",)


def _is_named_by_id(identity: Identity) -> bool:
    return bare(identity.name) == bare(identity.patient_id)


def _of_births(first: Identity, second: Identity) -> tuple[bool | None, tuple[str, ...]]:
    a, b = (plain(item.birth_date) for item in (first, second))
    if not a and not b:
        return None, ()
    if a == b:
        return True, ("the same birth date",)
    if not a or not b:
        return None, ("only one has a birth date",)
    if a[:4] == b[:4] and "0101" in {a[4:], b[4:]}:
        return False, (f"{YEAR_ALONE}, and one date is 1 January",)
    return False, ("different birth dates",)


def key_of_name(text: str) -> str:
    """A name without what may be written in two ways: groups, umlauts, accents, signs."""
    return min(_spellings(text), default="")


def name_of(text: str) -> str:
    """Without the empty components that some senders leave at the end."""
    return plain(text.replace("^", " "))


def _spellings(text: str) -> frozenset[str]:
    """The alphabetic group of a name in plain words, with ue for ü and with u."""
    letters = text.partition("=")[0]
    return frozenset(" ".join(words_in(item)) for item in (letters.translate(UMLAUTS), letters))


def bare(text: str) -> str:
    """A text without the signs between its parts."""
    return SIGNS.sub("", plain(text).replace("^", ""))
