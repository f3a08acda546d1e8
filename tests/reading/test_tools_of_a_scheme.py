"""Tools measure what the scheme in hand asks for, not what the wrist's does."""

from __future__ import annotations

import pytest

from scoring.schemes.load import shipped_scheme
from scoring.schemes.scheme import FeatureCode
from workstation.reading.marks import TOOLS


@pytest.mark.parametrize(
    ("scheme_id", "tool", "place", "here"),
    [
        ("ramris-wrist", "depth", "ERO RAD", True),
        ("ramris-wrist", "depth", "ERO CAP", False),
        ("ramris-hand", "depth", "OST MH2", True),
        ("ramris-jsn", "depth", "JSN RS", False),
        ("ramris-wrist", "bone", "ERO CAP", True),
        ("ramris-wrist", "bone", "TEN E1", False),
        ("ramris-hand", "lesion", "ERO PB5", True),
        ("ramris-jsn", "bone", "JSN RS", False),
        ("ramris-jsn", "width", "JSN RS", True),
    ],
)
def test_a_tool_is_there_where_the_scheme_grades_by_what_it_measures(
    scheme_id: str, tool: str, place: str, here: bool
) -> None:
    scheme = shipped_scheme(scheme_id)
    code, _, site_code = place.partition(" ")
    feature = scheme.feature(FeatureCode(code))
    (site,) = (site for site in feature.sites if site.code == site_code)

    refusal = TOOLS[tool].refusal(scheme, feature, site)

    assert (refusal is None) is here
    assert refusal is None or refusal.why
