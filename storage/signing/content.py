"""Content of a signature: a digest of the answers, and every total. An audit works both out again. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from scoring.readings.answers import format_answer
from scoring.readings.reading import Reading, SiteKey
from scoring.readings.strict_totals import total
from scoring.schemes.scheme import Scheme
from storage.record.chain import canonical


def signed_content(scheme: Scheme, reading: Reading, visits: tuple[int, ...]) -> dict[str, object]:
    """`answers_sha256` and `totals` (by code, then each visit; None where a total is missing by the strict rule)."""
    return {
        "answers_sha256": answers_sha256({key: format_answer(answer) for key, answer in reading.answers.items()}),
        "totals": {
            str(declared.code): {
                str(visit): None
                if (value := total(scheme, reading, declared.code, visit).value) is None
                else f"{value:f}"
                for visit in visits
            }
            for declared in scheme.totals
        },
    }


def answers_sha256(answers: Mapping[SiteKey, str]) -> str:
    """The digest of the answers as the record writes them; a blank one is left out."""
    rows = sorted([key.visit, str(key.feature), str(key.site), text] for key, text in answers.items() if text)
    return sha256(canonical(rows).encode()).hexdigest()
