"""Key columns of a table of scores: headings that say which row it is, and so are no readings. Pure."""

from __future__ import annotations

import re

# Each names a row, or a fact about it, and never a reading of it. Words that people also give to readings aren't here:
# reading, first, repeat, baseline. "Reader" alone is a key, "reader 1" is a reading.
KEYS = frozenset(
    {
        "", "age", "arm", "bone", "case", "center", "centre", "cohort", "comment", "compartment", "country", "date",
        "day", "enrolment", "enrollment", "evaluator", "examination", "feature", "group", "hand", "hospital", "image",
        "index", "item", "joint", "key", "location", "month", "name", "no", "note", "nr", "number", "observer",
        "order", "pair", "participant", "patient", "person", "position", "purpose", "rater", "reader", "reason",
        "region", "remark", "round", "row", "scan", "scanner", "scheme", "scorer", "sequence", "series", "session",
        "sex", "side", "site", "slice", "slot", "status", "study", "subject", "target", "time", "timepoint", "trial",
        "visit", "week", "wrist", "year",
        # the same of tables from German, French, Danish, Norwegian, Swedish and Spanish programs
        "alter", "befunder", "besuch", "besøg", "besök", "datum", "dato", "fecha", "gruppe", "grupo", "grupp",
        "lecteur", "lector", "leser", "läsare", "læser", "paciente", "patiënt", "pasient", "proband", "seite", "sida",
        "sujet", "sujeto", "visita", "visite", "zentrum",
    }
)  # fmt: skip
# "id" alone, "subject id", "subject_id" and "subjectid", but neither scaphoid nor trapezoid
ENDINGS = ("id", "ids", "code", "no", "nr", "num", "nummer", "number", "name", "key", "index", "date")
_BRACKETED = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_BETWEEN_WORDS = re.compile(r"[\W_]+")
# R's merge and pandas' put these behind a name that both tables have
_OF_A_JOIN = re.compile(r"[._](x|y)$")


def is_key(heading: str) -> bool:
    """Whether the heading names rows: visit, Site no., case_code, ReaderID, `Subject (pseudonym)`, #, or nothing."""
    plain = _OF_A_JOIN.sub("", _BRACKETED.sub(" ", heading.casefold().strip()).strip())
    words = _BETWEEN_WORDS.sub(" ", plain).split()
    joined = "".join(words)
    if joined in KEYS or joined.removesuffix("s") in KEYS or joined in ENDINGS:
        return True
    if len(words) > 1 and words[-1] in ENDINGS:
        return True
    return any(joined.endswith(ending) and joined[: -len(ending)] in KEYS for ending in ENDINGS)
