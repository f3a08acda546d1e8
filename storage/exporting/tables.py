"""Tables of an export: which columns each has and what they mean, for the scheme of the study."""

from __future__ import annotations

from typing import Final

from scoring.readings.total_rules import Status, TotalRule
from scoring.schemes.scheme import Scheme
from storage.exporting.columns import CodeList, Column, ForeignKey, Kind, Table, code, integer, moment, number
from storage.exporting.visits import VisitNames

SITE_ITSELF: Final = "SITE"
LONGEST_COMMENT: Final = 501
LONGEST_NOTE: Final = 4000

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
YES_NO: Final = CodeList("yes_no", (("YES", "Yes"), ("NO", "No")))

_OF_READING: Final = ForeignKey(("case_code",), "readings")


def tables(scheme: Scheme, visits: VisitNames) -> tuple[Table, ...]:
    """The long tables of every export, readings first."""
    return (
        _readings(scheme),
        _scores(scheme, visits),
        _totals(scheme, visits),
        _changes(scheme),
        _places(scheme, visits),
        _comments(scheme, visits),
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


def reading_columns() -> tuple[Column, ...]:
    """What stands first in every row: whose, by whom, for what."""
    return (
        code("subject_id", "Pseudonym of the person in this study", length=16),
        code("case_code", "What the reader knew the case by; one code for each reading", length=8),
        code("reader_id", "Who read", length=32),
        integer("round", "1 first reading, 2 read again later, 3 hidden repeat (drift), 4 adjudication", minimum=1),
        code("read_purpose", "What the reading is for", PURPOSES, length=12),
        integer("worklist_position", "Place of the case on the reader's worklist, closed ones counted", minimum=1),
        code("chronology", "Whether the reader knew which visit came first", CHRONOLOGIES, length=8),
    )


def provenance_columns(scheme: Scheme) -> tuple[Column, ...]:
    """What stands last in every row: whether it was amended, and under which scheme it was read."""
    return (
        code("amended", "Whether any answer of the reading was touched after it had been signed", YES_NO, length=3),
        code("scheme_id", "Scoring scheme", length=len(scheme.id)),
        code("scheme_version", "Its version", length=len(scheme.version)),
        code("scheme_sha256", "SHA-256 of its text as kept in the study", length=64),
    )


def _visit_columns(visits: VisitNames) -> tuple[Column, ...]:
    return (
        code("visit", visits.meaning, visits.codes, length=2),
        integer("visit_num", visits.number_meaning, minimum=1, maximum=2, empty=not visits.ordered),
    )


def _site_columns(scheme: Scheme) -> tuple[Column, ...]:
    return (
        code("feature", "What was scored", feature_codes(scheme), length=8),
        code("site", "Where", site_codes(scheme), length=8),
    )


def _readings(scheme: Scheme) -> Table:
    wanted = 2 * scheme.sites_per_visit
    columns = (
        *reading_columns(),
        code("reading_status", "How far it is", READING_STATUSES, length=11),
        moment("started_utc", "First answer", empty=True),
        moment("finished_utc", "Last answer or change of one; empty while a site is blank", empty=True),
        moment("signed_utc", "When the reader signed it last", empty=True),
        integer("answers_wanted", "How many answers the scheme asks for", minimum=wanted, maximum=wanted),
        integer("answers_graded", "How many are grades", minimum=0, maximum=wanted),
        integer("answers_unscorable", "How many are reasons why there is no grade", minimum=0, maximum=wanted),
        integer("answers_blank", "How many are missing", minimum=0, maximum=wanted),
        integer("n_entries", "How often an answer was given, changed or cleared", minimum=0),
        integer(
            "reading_seconds",
            "Time in the reading room, pauses over 90 s left out; outside the sealed record; empty if none was kept",
            minimum=0,
            empty=True,
        ),
        *provenance_columns(scheme),
    )
    return Table("readings", "One row for each reading that was assigned", columns, ("case_code",))


def _scores(scheme: Scheme, visits: VisitNames) -> Table:
    low = min(feature.scale.minimum for feature in scheme.features)
    high = max(feature.scale.maximum for feature in scheme.features)
    columns = (
        *reading_columns(),
        *_visit_columns(visits),
        *_site_columns(scheme),
        code("score_status", "Whether there is a grade", STATUSES, length=14),
        number("score", "The grade; empty unless SCORED, never 0 for missing", minimum=low, maximum=high, empty=True),
        code("reason_code", "Why there is no grade; only if NOT_EVALUABLE", reason_codes(scheme), length=8, empty=True),
        number("grade_min", "Lowest grade of the scale"),
        number("grade_max", "Highest grade of the scale"),
        number("grade_step", "Distance of neighbouring grades"),
        integer("n_entries", "How often this answer was given, changed or cleared", minimum=0),
        moment("last_entry_utc", "When it was given, changed or cleared last", empty=True),
        code("answer_amended", "Whether this answer was touched after the reading had been signed", YES_NO, length=3),
        code("signed_answer", "If so, the grade or reason of the first signature; empty: blank", length=8, empty=True),
        *provenance_columns(scheme),
    )
    title = "One row for each reading, visit, feature and site, also where there is no grade"
    return Table("scores", title, columns, ("case_code", "visit", "feature", "site"), (_OF_READING,))


def _totals(scheme: Scheme, visits: VisitNames) -> Table:
    low = min(total.minimum for total in scheme.totals)
    high = max(total.maximum for total in scheme.totals)

    def ruled(rule: str, words: str, used: str) -> tuple[Column, ...]:
        return (
            code(f"{rule}_status", f"Whether there is a total {words}", STATUSES, length=14),
            number(rule, f"The total {words}; empty unless SCORED", minimum=low, maximum=high, empty=True),
            integer(f"{rule}_sites", used, minimum=0),
        )

    columns = (
        *reading_columns(),
        *_visit_columns(visits),
        code("total", "Which total", total_codes(scheme), length=8),
        *ruled("strict", "under the strict rule: every site has a grade", "Sites that have a grade at this visit"),
        *ruled("common", "over the sites that have a grade at both visits", "Sites that have a grade at both visits"),
        *ruled(
            "prorata",
            "as mean grade times number of sites, for each feature with at least 80 % of its sites graded",
            "Sites that have a grade at this visit",
        ),
        integer("sites_wanted", "How many sites the total adds up", minimum=1),
        number("total_min", "Lowest possible value of the strict total"),
        number("total_max", "Highest possible value of the strict total"),
        *provenance_columns(scheme),
    )
    title = "One row for each reading, visit and total, under three rules side by side"
    return Table("totals", title, columns, ("case_code", "visit", "total"), (_OF_READING,))


def _changes(scheme: Scheme) -> Table:
    spans = [total.maximum - total.minimum for total in scheme.totals]
    high = max(*spans, *(feature.scale.maximum - feature.scale.minimum for feature in scheme.features))
    columns = (
        *reading_columns(),
        code("level", "Whether a site or a total changed", LEVELS, length=5),
        code("measure", "What changed: FEATURE.SITE or a total", measure_codes(scheme), length=17),
        code("total_rule", "Rule for sites without a grade", RULES, length=7),
        code("feature", "Which feature; only on level SITE", feature_codes(scheme), length=8, empty=True),
        code("site", "Which site; only on level SITE", site_codes(scheme), length=8, empty=True),
        code("change_status", "SCORED if both visits are; else NOT_DONE if one is", STATUSES, length=14),
        number("baseline", "Value at baseline", empty=True),
        number("follow_up", "Value at follow-up", empty=True),
        number("change", "follow_up minus baseline; empty unless SCORED", minimum=-high, maximum=high, empty=True),
        *provenance_columns(scheme),
    )
    title = "One row for each reading and site, then for each total and rule: follow-up minus baseline"
    return Table("changes", title, columns, ("case_code", "measure", "total_rule"), (_OF_READING,))


def _places(scheme: Scheme, visits: VisitNames) -> Table:
    columns = (
        *reading_columns(),
        *_visit_columns(visits),
        *_site_columns(scheme),
        code("series_code", "Series in which it was seen, by its opaque code in the study", length=32),
        integer("slice_index", "Slice of the series along its normal, lowest first, from 0", minimum=0),
        number("x_mm", "Where the cursor stood: to the patient's left, scanner coordinates (LPS)"),
        number("y_mm", "to the patient's back"),
        number("z_mm", "to the patient's head"),
        code("point_from", "Who chose the point", POINT_FROM, length=8),
        number("window_low", "What was shown black, in stored values of the series"),
        number("window_high", "What was shown white"),
        code("measured", "What was measured there as an aid", MEASURED, length=13, empty=True),
        number("measured_value", "The number that was measured", empty=True),
        *provenance_columns(scheme),
    )
    title = "One row for each answer that stands and was given with images in sight: where it was seen"
    return Table("places", title, columns, ("case_code", "visit", "feature", "site"), (_OF_READING,))


def _comments(scheme: Scheme, visits: VisitNames) -> Table:
    comment = "The reason in words; an apostrophe stands before what a table program would compute"
    columns = (
        *reading_columns(),
        *_visit_columns(visits),
        *_site_columns(scheme),
        code("reason_code", "The code that asked for words", reason_codes(scheme), length=8, empty=True),
        Column("comment", Kind.TEXT, comment, length=LONGEST_COMMENT, may_be_empty=True),
        Column("note", Kind.TEXT, "What the reader noted at the site", length=LONGEST_NOTE, may_be_empty=True),
        code("unsure", "Whether the reader marked the answer as unsure", YES_NO, length=3),
        *provenance_columns(scheme),
    )
    title = "The readers' words and marks, apart from the scores: words may say anything"
    return Table("comments", title, columns, ("case_code", "visit", "feature", "site"), (_OF_READING,))
