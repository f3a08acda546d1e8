"""Checks before a reading is signed. Expected findings are worked out by hand from scoring-rules."""

from __future__ import annotations

import pytest

from scoring.errors import TomlRefused
from scoring.readings.checks import CaseFacts, Level, checks_from, checks_of, findings
from scoring.readings.reading import AnswerChanged, Reading
from scoring.schemes.load import shipped_scheme
from scoring.schemes.scheme import FeatureCode
from tests.builders.sessions import all_answers
from tests.builders.studies import answer, key

SCHEME = shipped_scheme()
ALL_KINDS = {1: frozenset({"T1", "T1FSGD", "T2FS"}), 2: frozenset({"T1", "T1FSGD", "T2FS"})}
FACTS = CaseFacts("known", ALL_KINDS)


def _reading(**changes: str) -> Reading:
    """Every site graded 0, but `v1_ERO_CAP="3"` at the places that are named."""
    reading = all_answers(0)
    for place, word in changes.items():
        visit, feature, site = place.removeprefix("v").split("_")
        at = key(f"{visit} {feature} {site}")
        reading = reading.applied(AnswerChanged(at, reading.answer(at), answer(word)))
    return reading


def _found(reading: Reading, facts: CaseFacts = FACTS) -> dict[str, list[str]]:
    return {
        found.id: [f"{at.visit} {at.feature} {at.site}" for at in found.keys]
        for found in findings(SCHEME, reading, facts, checks_of(SCHEME))
    }


def test_a_complete_and_plausible_reading_asks_for_nothing() -> None:
    assert _found(_reading(v1_ERO_CAP="2", v2_ERO_CAP="3")) == {}


def test_a_blank_site_blocks_and_is_named() -> None:
    (found,) = findings(SCHEME, _reading(v2_ERO_HAM=""), FACTS, checks_of(SCHEME))

    assert (found.id, found.level) == ("blank", Level.BLOCKS)
    assert found.text == "Still blank: Erosion Hamate follow-up. Grade each site, or mark it unscorable."


def test_osteitis_in_every_bone_of_one_visit_is_asked_about_at_that_visit_alone() -> None:
    bones = [site.code for site in SCHEME.feature(FeatureCode("OST")).sites]
    everywhere = {f"v2_OST_{bone}": "1" for bone in bones}

    found = _found(_reading(**everywhere))
    but_one = _found(_reading(**everywhere | {f"v2_OST_{bones[3]}": "0"}))

    assert found["osteitis-everywhere"] == [f"2 OST {bone}" for bone in bones]
    assert len(bones) == 15
    assert "osteitis-everywhere" not in but_one


def test_an_unscorable_site_is_not_blank() -> None:
    assert _found(_reading(v2_ERO_HAM="NC")) == {}


def test_many_blank_sites_are_counted_and_the_first_are_named() -> None:
    (found,) = findings(SCHEME, Reading(), FACTS, checks_of(SCHEME))

    assert len(found.keys) == 86
    assert " and 80 more." in found.text


def test_a_bone_whose_words_say_fused_with_erosion_below_10_is_asked_about() -> None:
    words = {"v1_OST_CAP": "OT:fused with the hamate", "v1_ERO_CAP": "3", "v2_ERO_CAP": "10"}

    assert _found(_reading(**words))["fused"] == ["1 ERO CAP"]
    assert "fused" not in _found(_reading(**words | {"v1_ERO_CAP": "10"}))


def test_a_note_that_says_ankylosis_counts_as_words_for_the_bone() -> None:
    facts = CaseFacts("known", ALL_KINDS, {key("2 ERO LUN"): "Ankylosis"})

    assert _found(_reading(), facts)["fused"] == ["2 ERO LUN"]


def test_erosion_that_falls_is_asked_about_where_the_order_is_known() -> None:
    reading = _reading(v1_ERO_CAP="3", v2_ERO_CAP="2", v1_OST_CAP="2", v2_OST_CAP="1")

    assert _found(reading)["erosion-falls"] == ["2 ERO CAP"]
    assert "erosion-falls" not in _found(reading, CaseFacts("hidden", ALL_KINDS))


def test_where_the_order_of_visits_is_hidden_no_line_says_which_came_first() -> None:
    facts = CaseFacts("hidden", {1: frozenset(), 2: frozenset()})
    reading = _reading(v1_ERO_CAP="0", v2_ERO_CAP="9", v2_ERO_HAM="")

    lines = [found.text for found in findings(SCHEME, reading, facts, checks_of(SCHEME))]

    assert lines[0] == "Still blank: Erosion Hamate visit B. Grade each site, or mark it unscorable."
    assert not [line for line in lines if "baseline" in line or "follow-up" in line]


@pytest.mark.parametrize(("after", "asked"), [("5", False), ("6", True), ("10", True)])
def test_erosion_that_rises_by_4_or_more_is_asked_about(after: str, asked: bool) -> None:
    assert ("erosion-rises" in _found(_reading(v1_ERO_CAP="2", v2_ERO_CAP=after))) is asked


def test_synovitis_and_tenosynovitis_without_contrast_are_asked_about_at_that_visit() -> None:
    found = _found(_reading(), CaseFacts("known", {**ALL_KINDS, 2: frozenset({"T1", "T2FS"})}))

    assert found["no-contrast-synovitis"] == ["2 SYN DRUJ", "2 SYN RC", "2 SYN IC-CMC"]
    assert len(found["no-contrast-tenosynovitis"]) == 10
    assert {place[0] for place in found["no-contrast-tenosynovitis"]} == {"2"}


def test_sites_marked_as_lacking_the_sequence_are_not_asked_about() -> None:
    facts = CaseFacts("known", {**ALL_KINDS, 2: frozenset({"T1", "T2FS"})})

    found = _found(_reading(v2_SYN_DRUJ="SQ", v2_SYN_RC="SQ", **{"v2_SYN_IC-CMC": "SQ"}), facts)

    assert "no-contrast-synovitis" not in found


def test_osteitis_in_all_15_bones_is_asked_about_and_in_14_is_not() -> None:
    everywhere = {f"v1_OST_{site.code}": "1" for site in SCHEME.features[2].sites}

    assert len(_found(_reading(**everywhere))["osteitis-everywhere"]) == 15
    assert _found(_reading(**everywhere | {"v1_OST_RAD": "0"})) == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[check]]", "check[0]: id is missing"),
        (
            '[[check]]\nid="a"\nrule="x"\nlevel="blocks"\ntext=""\nsource=""',
            "check[0].rule: no rule 'x' (there is: ",
        ),
        (
            '[[check]]\nid="a"\nrule="falling"\nlevel="answer"\ntext=""\nsource=""',
            "the rule falling needs one",
        ),
        (
            '[[check]]\nid="a"\nrule="blank"\nlevel="ask"\ntext=""\nsource=""',
            "'ask' is unknown (allowed: blocks",
        ),
        ('[[check]]\nid="a"\nrule="blank"\nlevel="answer"\ntext="{name}"\nsource=""', "{count} and {sites} alone"),
    ],
)
def test_a_mistake_in_the_file_is_named_with_its_place(text: str, said: str) -> None:
    with pytest.raises(TomlRefused) as caught:
        checks_from(text, "checks.toml")

    assert str(caught.value).startswith("checks.toml: ")
    assert said in str(caught.value)


def test_every_shipped_check_has_a_source_and_fits_the_screen() -> None:
    for check in checks_of(SCHEME):
        assert check.source
        assert len(check.text) < 160
