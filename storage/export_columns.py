"""Every column of every exported file, said once: header, data dictionary and tests are made from here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

CODE: Final = "code"
TEXT: Final = "text"
INTEGER: Final = "integer"
NUMBER: Final = "number"
TIME: Final = "datetime"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `allowed` is a list of values, a rule in words, or empty; `may_be_empty` as it says."""

    name: str
    type: str
    allowed: str
    meaning: str
    may_be_empty: bool = False


_STATUS: Final = "SCORED; NOT_EVALUABLE; NOT_DONE"

_READING: Final = (
    Column("subject_id", CODE, "", "Pseudonym of the person in this study"),
    Column("case_code", CODE, "", "What the reader knew the case by; one code for each reading"),
    Column("reader_id", CODE, "", "Who read"),
    Column("round", INTEGER, "1 and up", "1 is the first reading, 2 and up are repeats"),
    Column("read_purpose", CODE, "PRIMARY; INTRA_REPEAT", "PRIMARY in round 1, else INTRA_REPEAT"),
    Column("worklist_position", INTEGER, "1 and up", "Place of the case on the reader's worklist, closed ones counted"),
    Column("chronology", CODE, "KNOWN; BLINDED", "Whether the reader knew which visit came first"),
)
_VISIT: Final = (
    Column("visit", CODE, "V1; V2", "V1 baseline, V2 follow-up"),
    Column("visit_num", INTEGER, "1; 2", "1 baseline, 2 follow-up"),
)
_SITE: Final = (
    Column("feature", CODE, "features of the scheme", "What was scored: SYN synovitis, TEN tenosynovitis, ..."),
    Column("site", CODE, "sites of the feature", "Where"),
)
_SCHEME: Final = (
    Column("scheme_id", CODE, "", "Scoring scheme"),
    Column("scheme_version", CODE, "", "Its version"),
    Column("scheme_sha256", CODE, "64 hexadecimal digits", "SHA-256 of its text as kept in the study"),
)

SCORES: Final = (
    *_READING,
    *_VISIT,
    *_SITE,
    Column("score_status", CODE, _STATUS, "NOT_EVALUABLE: the reader gave a reason code; NOT_DONE: not read yet"),
    Column("score", NUMBER, "grade_min to grade_max", "The grade; empty unless SCORED, never 0 for missing", True),
    Column("reason_code", CODE, "unscorable codes of the scheme", "Why there is no grade; only if NOT_EVALUABLE", True),
    Column("grade_min", NUMBER, "", "Lowest grade of the scale"),
    Column("grade_max", NUMBER, "", "Highest grade of the scale"),
    Column("grade_step", NUMBER, "", "Distance of neighbouring grades"),
    Column("n_entries", INTEGER, "0 and up", "How often this answer was given, changed or cleared"),
    Column("last_entry_utc", TIME, "ISO 8601, UTC", "When it was given, changed or cleared last", True),
    *_SCHEME,
)
TOTALS: Final = (
    *_READING,
    *_VISIT,
    Column("total", CODE, "totals of the scheme", "Which total"),
    Column("total_rule", CODE, "STRICT", "STRICT: one site without a grade makes the total missing"),
    Column("total_status", CODE, _STATUS, "NOT_DONE: a site is not read yet; else NOT_EVALUABLE: a site has no grade"),
    Column("value", NUMBER, "total_min to total_max", "Sum of all grades; empty unless SCORED", True),
    Column("sites_scored", INTEGER, "0 to sites_wanted", "How many sites have a grade"),
    Column("sites_wanted", INTEGER, "", "How many sites the total adds up"),
    Column("total_min", NUMBER, "", "Lowest possible value"),
    Column("total_max", NUMBER, "", "Highest possible value"),
    *_SCHEME,
)
CHANGES: Final = (
    *_READING,
    Column("level", CODE, "SITE; TOTAL", "What changed: the grade of a site, or a total (rule STRICT)"),
    Column("total", CODE, "totals of the scheme", "Which total; only on level TOTAL", True),
    Column("feature", CODE, "features of the scheme", "Which feature; only on level SITE", True),
    Column("site", CODE, "sites of the feature", "Which site; only on level SITE", True),
    Column("change_status", CODE, _STATUS, "SCORED if both visits are; else NOT_DONE if one is, else NOT_EVALUABLE"),
    Column("baseline", NUMBER, "", "Value at V1", True),
    Column("follow_up", NUMBER, "", "Value at V2", True),
    Column("change", NUMBER, "", "follow_up minus baseline; empty unless SCORED", True),
    *_SCHEME,
)
COMMENTS: Final = (
    *_READING,
    *_VISIT,
    *_SITE,
    Column("reason_code", CODE, "unscorable codes of the scheme", "The code that asked for words"),
    Column("comment", TEXT, "", "The reader's words; an apostrophe stands before what a table would compute"),
)
DICTIONARY: Final = (
    Column("file", TEXT, "", "File of this folder"),
    Column("position", INTEGER, "1 and up", "Place of the column in it"),
    Column("name", CODE, "", "Header of the column"),
    Column("type", CODE, "code; text; integer; number; datetime", "Kind of its cells"),
    Column("allowed", TEXT, "", "Values or range, if there is a rule", True),
    Column("may_be_empty", CODE, "YES; NO", "Whether a cell may be empty, which means missing"),
    Column("meaning", TEXT, "", "What it says"),
)

FILES: Final = {
    "scores.csv": SCORES,
    "totals.csv": TOTALS,
    "changes.csv": CHANGES,
    "comments.csv": COMMENTS,
    "data_dictionary.csv": DICTIONARY,
}
