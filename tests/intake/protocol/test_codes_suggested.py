"""Findings suggest codes that the scheme has, and no others."""

from __future__ import annotations

from scoring.schemes.load import shipped_scheme
from scoring.schemes.scheme import UnscorableCode
from scoring.values import replace
from storage.records import SubjectRecord
from tests.builders.cases import a_case
from workstation.intake.protocol.study_check import Suggested, check
from workstation.intake.protocol.study_protocol import in_names, load_protocol, protocol_text
from workstation.intake.protocol.visit_check import Known

SCHEME = shipped_scheme()
CAST = UnscorableCode("CZ", "Plaster cast", needs_text=False, series_absent=True)


def told(codes: Suggested, text: str = protocol_text(SCHEME)) -> str:
    # three thin stacks in place of seven that cover the wrist
    visits = tuple(
        replace(visit, series=tuple(replace(item, slices=item.slices[:5]) for item in visit.series[:3]))
        for visit in a_case().visits
    )
    found = check([SubjectRecord("S001", visits)], Known({}, {}, ()), in_names(load_protocol(text), SCHEME), codes)
    return " ".join(finding.text for finding in found)


def test_the_wrist_s_codes_are_suggested_for_the_wrist() -> None:
    said = told(Suggested.of(SCHEME))

    assert "code SQ suggested" in said
    assert "code NC suggested" in said


def test_a_scheme_s_own_code_is_suggested_in_place_of_them() -> None:
    said = told(Suggested.of(replace(SCHEME, unscorable=(CAST,))))

    assert "code CZ suggested" in said
    assert "code SQ" not in said
    assert "code NC" not in said


def test_a_protocol_that_names_features_by_code_says_the_same_and_one_without_contrast_is_none_the_worse() -> None:
    text = protocol_text(SCHEME)
    for feature in SCHEME.features:
        text = text.replace(f'"{feature.name.lower()}"', f'"{feature.code}"')
    start = text.index("[contrast]")
    without = text[:start] + text[text.index("[stand_ins]") :]
    assert '"OST"' in without

    assert told(Suggested.of(SCHEME), without) == told(Suggested.of(SCHEME))
