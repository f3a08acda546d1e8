"""Answers: which are allowed, and how one is written. The one check that window, stdin and record share."""

from __future__ import annotations

import re
from decimal import Decimal

from scoring.errors import AnswerRefused
from scoring.readings.reading import VISITS, Answer, Graded, NotAssessable, SiteKey
from scoring.schemes.grade_names import grade_of_letter, number_name, span_words
from scoring.schemes.scheme import Feature, Scheme, grades_on

LONGEST_TEXT = 500

# plain numbers only: 01, +1, 1e1, nan and digits of other alphabets are slips of a hand or of a program
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?", re.ASCII)
_CODE = re.compile(r"[A-Z][A-Z0-9-]*")


def check_answer(scheme: Scheme, key: SiteKey, answer: Answer | None) -> None:
    """Nothing, when the scheme allows this answer there; None (blank) is allowed at every known key.

    Raises:
        AnswerRefused: one line with the place, what was wrong and what is allowed.
    """
    feature = _feature_of(scheme, key)
    name = f"{feature.name.lower()}.{key.site}"
    match answer:
        case Graded(grade):
            # compared one by one, because arithmetic would round 3.000... with enough digits onto the scale
            if not grade.is_finite() or grade not in grades_on(feature.scale):
                raise AnswerRefused(
                    f"{name}: {grade} is not on the {feature.name.lower()} scale ({span_words(feature.scale)})"
                )
        case NotAssessable(code, text):
            _check_code(scheme, name, code, text)
        case None:
            pass


def parse_answer(scheme: Scheme, key: SiteKey, word: str, text: str = "") -> Answer:
    """The answer that was typed, checked.

    Args:
        scheme: says what is allowed.
        key: which answer.
        word: a plain number (3, 1.5), the letter of a grade, or an unscorable code in any case; `OT:the reason` carries
            the text along.
        text: the reason in words, for a code that needs one.

    Raises:
        AnswerRefused: the word is neither, or isn't allowed at this key.
    """
    feature = _feature_of(scheme, key)
    head, colon, tail = word.partition(":")
    code, reason = head.strip().upper(), (tail if colon and not text else text).strip()
    answer: Answer
    named = grade_of_letter(feature.scale, code)
    if _NUMBER.fullmatch(code) and not colon and not reason:
        answer = Graded(Decimal(number_name(Decimal(code))))
    elif named is not None and not colon and not reason:
        answer = Graded(named)
    elif code in {item.code for item in scheme.unscorable}:
        answer = NotAssessable(code, reason)
    else:
        raise AnswerRefused(
            f"{feature.name.lower()}.{key.site}: {_shown(word)} is neither a grade ({span_words(feature.scale)}) "
            f"nor an unscorable code ({_codes(scheme)})"
        )
    check_answer(scheme, key, answer)
    return answer


def format_answer(answer: Answer | None) -> str:
    """The answer as the record keeps it: `3`, `1.5`, `NC`, `OT:the reason`; blank is empty."""
    match answer:
        case None:
            return ""
        case Graded(grade):
            return number_name(grade)
        case NotAssessable(code, ""):
            return code
        case NotAssessable(code, text):
            return f"{code}:{text}"


def stored_answer(text: str) -> Answer | None:
    """The inverse of `format_answer`; ValueError for what it can't have written."""
    if not text:
        return None
    if _NUMBER.fullmatch(text):
        return Graded(Decimal(text))
    code, colon, words = text.partition(":")
    if not _CODE.fullmatch(code) or (colon and not words):
        raise ValueError(f"{text!r} is no stored answer")
    return NotAssessable(code, words)


def _feature_of(scheme: Scheme, key: SiteKey) -> Feature:
    if key.visit not in VISITS:
        raise AnswerRefused(f"visit {key.visit}: there is no such visit (1 is baseline, 2 is follow-up)")
    try:
        feature = scheme.feature(key.feature)
    except KeyError:
        known = ", ".join(item.code for item in scheme.features)
        message = f"feature {_shown(key.feature)} is not in {scheme.id} ({known})"
    else:
        if any(site.code == key.site for site in feature.sites):
            return feature
        known = ", ".join(site.code for site in feature.sites)
        message = f"{feature.name.lower()}: site {_shown(key.site)} is not scored ({known})"
    raise AnswerRefused(message)


def _check_code(scheme: Scheme, name: str, code: str, text: str) -> None:
    for item in scheme.unscorable:
        if item.code == code:
            break
    else:
        raise AnswerRefused(f"{name}: {_shown(code)} is no unscorable code ({_codes(scheme)})")
    if text and not item.needs_text:
        raise AnswerRefused(f"{name}: {code} takes no text; only {_codes(scheme, needing_text=True)} does")
    if item.needs_text and not text.strip():
        raise AnswerRefused(f"{name}: {code} needs the reason in words")
    if text != text.strip() or not text.isprintable():
        raise AnswerRefused(f"{name}: the reason is one line of plain text without blanks at its ends")
    if len(text) > LONGEST_TEXT:
        raise AnswerRefused(f"{name}: the reason has {len(text)} characters; {LONGEST_TEXT} are allowed")


def _codes(scheme: Scheme, *, needing_text: bool = False) -> str:
    return ", ".join(item.code for item in scheme.unscorable if item.needs_text or not needing_text)


def _shown(word: str) -> str:
    """The word in quotes, one line, cut: a refusal never floods the screen with what was pasted."""
    longest = 24
    return ascii(word if len(word) <= longest else word[:longest] + "...")
