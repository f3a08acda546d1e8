"""Closed lists of codes in the cells of an export, each code with its label."""

from __future__ import annotations

from typing import Final

from scoring.readings.total_rules import Status, TotalRule
from scoring.schemes.scheme import Scheme
from storage.exporting.tables.columns import CodeList

SITE_ITSELF: Final = "SITE"

PURPOSES: Final = CodeList(
    "read_purpose",
    (
        ("PRIMARY", "First reading by the reader who was given the study first"),
        ("INTRA_REPEAT", "Blind repeat by the same reader"),
        ("INTER", "First reading by a later reader, for agreement between readers"),
        ("ADJUDICATION", "Reading that settles a disagreement between readers"),
    ),
)
CHRONOLOGIES: Final = CodeList(
    "chronology",
    (("KNOWN", "The reader knew which visit came first"), ("BLINDED", "The order of the visits was hidden")),
)
READING_STATUSES: Final = CodeList(
    "reading_status",
    (
        ("NOT_STARTED", "Nothing was answered"),
        ("DRAFT", "Not every site is answered"),
        ("COMPLETE", "Every site is answered"),
        ("SIGNED", "Signed by the reader"),
    ),
)
STATUSES: Final = CodeList(
    "status",
    (
        (Status.SCORED, "There is a number"),
        (Status.NOT_EVALUABLE, "Read, and no number can be given"),
        (Status.NOT_DONE, "Not read yet"),
        (Status.NOT_APPLICABLE, "There is nothing to read or to compute here"),
    ),
)
LEVELS: Final = CodeList("level", (("SITE", "Grade of a single site"), ("TOTAL", "Total of the scheme")))
RULES: Final = CodeList(
    "total_rule",
    (
        (TotalRule.STRICT, "Every site has a grade"),
        (TotalRule.COMMON, "Over the sites that have a grade at both visits"),
        (TotalRule.PRORATA, "Mean grade times number of sites, where at least 80 % of each feature's sites have one"),
        (SITE_ITSELF, "A single site, which needs no rule"),
    ),
)
MEASURED: Final = CodeList(
    "measured", (("width_mm", "Width of the sheath in mm"), ("share_percent", "Share of the bone's volume in percent"))
)
POINT_FROM: Final = CodeList(
    "point_from",
    (
        ("READER", "The reader, by scrolling or a click"),
        ("EXPECTED", "Nobody: where the site is expected, and the reader moved nothing"),
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
