from __future__ import annotations

import pytest

from scoring.errors import TomlRefused
from scoring.schemes.scheme import FeatureCode, SeriesRef
from workstation.hanging.layout import parse_layout, shipped_ids, shipped_layout

GOOD = """
id = "small"
name = "Small"
source = "a paper"

[[feature]]
code = "ERO"
why = "because"
rows = [{ kind = "T1", plane = "COR" }, { kind = "PD", plane = "COR" }]
"""


@pytest.mark.parametrize("layout_id", shipped_ids())
def test_every_layout_shipped_can_be_loaded_and_bears_its_file_s_name(layout_id: str) -> None:
    layout = shipped_layout(layout_id)

    assert layout.id == layout_id
    assert layout.source
    assert all(feature.why for feature in layout.features)


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
    found = shipped_layout("wrist").rows_for(FeatureCode(feature))

    assert [f"{row.kind} {row.plane}" for row in found] == rows


def test_what_a_feature_is_judged_on_and_confirmed_by_is_in_sight_at_first() -> None:
    # synovitis and tenosynovitis T1FSGD with T1 and T2FS, osteitis T2FS with T1, erosion T1 and PD with axial T1
    assert shipped_layout("wrist").shown == {"SYN": 3, "TEN": 3, "OST": 2, "ERO": 3}
    assert parse_layout(GOOD.replace("why =", "shown = 1\nwhy ="), "small.toml").shown == {"ERO": 1}


def test_a_feature_that_the_layout_does_not_know_gets_every_series_it_names_once() -> None:
    rows = shipped_layout("wrist").rows_for(FeatureCode("JSN"))

    assert len(rows) == len(set(rows))
    assert SeriesRef("PD", "COR") in rows


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
        ('name = "Small"', "", r"small.toml: name is missing \(keys here: id, name, source, feature\)"),
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


def test_a_layout_that_is_not_shipped_is_refused_with_those_that_are() -> None:
    with pytest.raises(TomlRefused, match=r"No layout 'knee' .*wrist"):
        shipped_layout("knee")
