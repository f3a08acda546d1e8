from __future__ import annotations

import pytest

from scoring.errors import TomlRefused
from scoring.schemes.load import shipped_scheme
from scoring.schemes.scheme import FeatureCode, SeriesRef
from scoring.values import replace
from workstation.hanging.layout import layout_of, parse_layout

GOOD = """
source = "a paper"

[[feature]]
code = "ERO"
why = "because"
rows = [{ kind = "T1", plane = "COR" }, { kind = "PD", plane = "COR" }]
"""


@pytest.mark.parametrize(
    ("feature", "rows"),
    [
        # the scoring rules' columns "judged on" and "confirmed on"
        ("SYN", ["T1FSGD AX", "T1 AX", "T2FS AX"]),
        ("TEN", ["T1FSGD AX", "T1 AX", "T2FS AX"]),
        ("OST", ["T2FS COR", "T1 COR", "T2FS AX"]),
        ("ERO", ["T1 COR", "T1 AX", "PD COR"]),
    ],
)
def test_the_wrist_layout_begins_with_the_series_that_a_feature_is_judged_on(feature: str, rows: list[str]) -> None:
    found = layout_of(shipped_scheme()).rows_for(FeatureCode(feature))

    assert [f"{row.kind} {row.plane}" for row in found] == rows


def test_what_a_feature_is_judged_on_and_confirmed_by_is_in_sight_at_first() -> None:
    # synovitis and tenosynovitis T1FSGD with T1 and T2FS, osteitis T2FS with T1, erosion T1 and PD with axial T1
    assert layout_of(shipped_scheme()).shown == {"SYN": 3, "TEN": 3, "OST": 2, "ERO": 3}
    assert parse_layout(GOOD.replace("why =", "shown = 1\nwhy ="), "small.toml").shown == {"ERO": 1}


def test_a_feature_that_no_layout_names_hangs_by_what_it_is_judged_and_confirmed_on() -> None:
    # before, a feature judged on coronal T1 showed axial T1 after contrast: every series of another scheme's layout
    scheme = shipped_scheme()
    layout = layout_of(replace(scheme, files=()))

    for feature in scheme.features:
        assert layout.rows_for(feature.code) == (*feature.judged_on, *feature.confirmed_on)
        assert layout.shown[feature.code] >= len(feature.judged_on)
    assert layout.rows_for(FeatureCode("ERO"))[0].kind == "T1"


def test_a_layout_that_names_some_features_leaves_the_others_to_the_scheme() -> None:
    scheme = shipped_scheme()
    layout = layout_of(replace(scheme, files=(("layout.toml", GOOD),)))

    assert [row.kind for row in layout.rows_for(FeatureCode("ERO"))] == ["T1", "PD"]
    assert layout.rows_for(FeatureCode("TEN")) == (*scheme.features[1].judged_on, *scheme.features[1].confirmed_on)


@pytest.mark.parametrize(
    ("judged", "confirmed", "shown"),
    [
        # two in sight, where there are as many
        (1, 2, 2),
        (1, 1, 2),
        (1, 0, 1),
        # all that it is judged on, however many
        (3, 1, 3),
        # a feature that names no series: one row says so
        (0, 0, 1),
    ],
)
def test_without_a_layout_what_a_feature_is_judged_on_is_in_sight_and_two_series_where_there_are_two(
    judged: int, confirmed: int, shown: int
) -> None:
    scheme = shipped_scheme()
    series = [SeriesRef(kind, plane) for kind in ("T1", "PD") for plane in ("AX", "COR")]
    feature = replace(
        scheme.features[0],
        judged_on=tuple(series[:judged]),
        confirmed_on=tuple(series[judged : judged + confirmed]),
    )

    layout = layout_of(replace(scheme, features=(feature,), files=()))

    assert layout.shown == {feature.code: shown}
    assert layout.rows_for(feature.code) == tuple(series[: judged + confirmed])


def test_the_row_of_the_site_in_focus_hangs_first_and_that_of_all_sites_where_it_stands() -> None:
    rows = 'rows = [{ kind = "T1", plane = "COR", sites = "R" }, { kind = "PD", plane = "COR", sites = "L" }]'
    layout = parse_layout(GOOD.replace(GOOD.strip().splitlines()[-1], rows), "small.toml")

    def kinds(site: str) -> list[str]:
        return [row.kind for row in layout.rows_for(FeatureCode("ERO"), site)]

    assert (kinds("R-MCP2"), kinds("L-MCP2"), kinds("")) == (["T1", "PD"], ["PD", "T1"], ["T1", "PD"])
    everywhere = parse_layout(GOOD, "small.toml")
    assert [row.kind for row in everywhere.rows_for(FeatureCode("ERO"), "L-MCP2")] == ["T1", "PD"]


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (
            'kind = "PD"',
            'kind = "T1GD"',
            r"small.toml: feature\[0\].rows\[1\].kind: no kind 'T1GD' \(allowed: T1, T2FS",
        ),
        ('kind = "PD"', 'kind = "OTHER"', r"rows\[1\].kind: no kind 'OTHER'"),
        ('"COR" }]', '"cor" }]', r"feature\[0\].rows\[1\].plane: no plane 'cor' \(allowed: AX, COR, SAG\)"),
        ('kind = "PD"', 'kind = "T1"', r"feature\[0\].rows\[1\]: row T1 COR is declared twice"),
        ("why =", "because =", r"small.toml: feature\[0\]: unknown key because \(keys here: code, why, rows, shown\)"),
        ('code = "ERO"', "code = 3", r"small.toml: feature\[0\].code: a text is needed here, not a whole number"),
        ("why =", "shown = 3\nwhy =", r"small.toml: feature\[0\].shown: a whole number from 1 to 2 is needed here"),
        ("why =", "shown = true\nwhy =", r"feature\[0\].shown: a whole number"),
        ('source = "a paper"', "", r"small.toml: source is missing \(keys here: source, feature, regions\)"),
        ("[[feature]]", "[[feature", r"small.toml: not TOML: .*line"),
    ],
)
def test_a_mistake_is_named_with_file_and_place(before: str, after: str, message: str) -> None:
    assert before in GOOD

    with pytest.raises(TomlRefused, match=message):
        parse_layout(GOOD.replace(before, after), "small.toml")


def test_a_feature_that_is_listed_twice_is_refused() -> None:
    twice = GOOD + GOOD[GOOD.index("[[feature]]") :]

    with pytest.raises(TomlRefused, match=r"feature\[1\]: feature ERO is declared twice"):
        parse_layout(twice, "small.toml")
