"""Closed lists of codes in the cells of an export, each code with its label."""

from __future__ import annotations

from typing import Final

from scoring.adjudication.final_value import How
from scoring.readings.total_rules import Status, TotalRule
from scoring.schemes.scheme import Scheme
from storage.exporting.tables.columns import CodeList
from storage.records import ABSENT, COPIED, MATCHED, NOT_MATCHED, SAME_NUMBERS, TAKEN, ZEROED

SITE_ITSELF: Final = "SITE"

PURPOSES: Final = CodeList(
    "read_purpose",
    (
        ("PRIMARY", "First reading that the study is scored by"),
        ("INTRA_REPEAT", "The same case again, by the same reader under another code"),
        ("INTER", "First reading by another reader, for agreement between readers"),
        ("ADJUDICATION", "Reading by a third reader where two readers disagree"),
        ("FINAL", "What stands of two readings and a third one, by the rules of the design"),
    ),
)
CHRONOLOGIES: Final = CodeList(
    "chronology",
    (
        ("KNOWN", "The reader knew which visit came first"),
        ("BLINDED", "The order of the visits was hidden"),
        ("SINGLE", "Each scan was read alone"),
    ),
)
READER_KINDS: Final = CodeList(
    "reader_kind", (("PERSON", "A person read it"), ("PROGRAM", "Another program gave the grades"))
)
READING_STATUSES: Final = CodeList(
    "reading_status",
    (
        ("NOT_STARTED", "No site is answered"),
        ("DRAFT", "Not every site is answered"),
        ("COMPLETE", "Every site is answered"),
        ("SIGNED", "Signed by the reader"),
    ),
)
EXCLUSIONS: Final = CodeList(
    "excluded", (("SUBJECT", "The subject is excluded"), ("VISIT", "A visit that the reading shows is excluded"))
)
STATUSES: Final = CodeList(
    "status",
    (
        (Status.SCORED, "There is a number"),
        (Status.NOT_EVALUABLE, "Read, but no number can be given"),
        (Status.NOT_DONE, "Not read yet"),
        (Status.NOT_APPLICABLE, "There is nothing to read or to compute"),
        (Status.EXCLUDED, "The coordinator excluded the subject or the visit; what was read stays on the record"),
    ),
)
SLICES_STATUSES: Final = CodeList(
    "slices_status",
    (
        ("COUNTED", "Counted in the reading room"),
        ("NOT_KNOWN", "Answered in the reading room, but which slices show the site isn't known"),
        ("NOT_KEPT", "Answered in the reading room of a version that didn't count them"),
        ("NOT_APPLICABLE", "Blank, or given without images in front of the reader"),
    ),
)
GIVEN_BY: Final = CodeList(
    "given_by",
    (
        ("SINGLE", "By a key or click of its own"),
        (ZEROED, "All blank sites of the feature were graded 0 at once"),
        (COPIED, "Copied from the other visit"),
        (ABSENT, "All blank sites of the feature at the visit were marked at once, since a series is missing"),
        *((by, f"Taken from reading {name} of two that were shown beside") for name, by in TAKEN.items()),
    ),
)
TAKEN_FROM: Final = CodeList(
    "adjudicator_took",
    (
        *((name, f"Taken from reading {name} of the two, which stood beside") for name in TAKEN),
        ("OWN", "Graded by the third reader with both readings beside"),
        ("BLIND", "Graded without any other reading in sight"),
    ),
)
HOWS: Final = CodeList(
    "how",
    (
        (How.AGREED, "Both readers gave the same, or both no grade"),
        (How.MEAN_OF_TWO, "They differ by less than is settled: the mean of both"),
        (How.MEDIAN, "Settled: median of the two and the third"),
        (How.ADJUDICATOR, "Settled: what the third reader gave"),
        (How.NEAREST, "Settled: of the two what is nearest to the third; half way between, the third's own"),
        (How.MEAN_OF_NEAREST, "Settled: mean of the two of three that are nearest; equally far, the middle one"),
        (How.TWO_GRADES, "Settled: one of three gave no grade; the mean of the others"),
        (How.NO_GRADE, "Settled: two of three gave no grade"),
        (How.TO_BE_SETTLED, "No value yet: a third reader's answer is needed"),
        (How.NOT_READ_BY_TWO, "No value: not two readers have read it to the end"),
        (How.TOO_MANY_READERS, "No value: more than two first readings count, and the design doesn't say which"),
    ),
)
LEVELS: Final = CodeList("level", (("SITE", "A single site"), ("TOTAL", "A total of the scheme")))
RULES: Final = CodeList(
    "total_rule",
    (
        (TotalRule.STRICT, "Strict: only if every site has a grade"),
        (TotalRule.COMMON, "Common sites: only the sites that have a grade at both visits"),
        (
            TotalRule.PRORATA,
            "Pro rata: mean grade times number of sites, if 80 % of the sites of each feature or more have a grade",
        ),
        (SITE_ITSELF, "A single site; no rule is needed"),
    ),
)
MEASURED: Final = CodeList(
    "measured",
    (("width_mm", "Width of the tendon sheath in mm"), ("share_percent", "Share of the volume of the bone in percent")),
)
LIGHT: Final = CodeList(
    "light",
    (
        (MATCHED, "Unchanged tissue had the same grey at both visits"),
        (SAME_NUMBERS, "The same stored values had the same grey at both visits, by the reader's wish"),
        (NOT_MATCHED, "Each visit had a grey of its own"),
    ),
)
POINT_FROM: Final = CodeList(
    "point_from",
    (
        ("READER", "Chosen by the reader, by scrolling or a click"),
        ("EXPECTED", "Expected position of the site, proposed by the program; the reader did not move from it"),
    ),
)


def feature_codes(scheme: Scheme) -> CodeList:
    """The features of the scheme."""
    return CodeList("feature", tuple((feature.code, feature.name) for feature in scheme.features))


def site_codes(scheme: Scheme) -> CodeList:
    """The sites of all features, each once, in reading order."""
    found: dict[str, str] = {}
    for feature in scheme.features:
        for site in feature.sites:
            found.setdefault(site.code, site.name)
    return CodeList("site", tuple(found.items()))


def total_codes(scheme: Scheme) -> CodeList:
    """The totals of the scheme."""
    return CodeList("total", tuple((total.code, total.name) for total in scheme.totals))


def reason_codes(scheme: Scheme) -> CodeList:
    """Why a site can't be scored."""
    return CodeList("reason_code", tuple((item.code, item.name) for item in scheme.unscorable))


def measure_codes(scheme: Scheme) -> CodeList:
    """What has a change: every site (feature and site with a point between), then every total."""
    sites = tuple(
        (f"{feature.code}.{site.code}", f"{feature.name}, {site.name}")
        for feature in scheme.features
        for site in feature.sites
    )
    return CodeList("measure", (*sites, *total_codes(scheme).entries))
