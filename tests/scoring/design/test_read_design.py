"""The design of a read: one text for one design, and what may be changed of it."""

from __future__ import annotations

import json
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.design.read_design import ReadDesign, Seed, changed, design_from, first_design, in_feature_order
from scoring.errors import DesignRefused
from scoring.readings.order import keys_in_reading_order
from scoring.schemes.load import shipped_scheme
from scoring.values import replace

DESIGN = first_design(shipped_scheme(), "known")

_IDS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}", fullmatch=True)
_SEEDS = st.lists(st.builds(Seed, _IDS, st.integers(1, 9), st.integers(0, 2**31 - 1)), max_size=4).map(tuple)
_DESIGNS = st.builds(
    replace,
    st.just(DESIGN),
    feature_order=st.permutations(DESIGN.feature_order).map(tuple),
    reread_n=st.none() | st.integers(1, 100),
    reread_after_days=st.none() | st.integers(0, 3650),
    repeat_every=st.none() | st.integers(3, 1000),
    readers=st.lists(_IDS, max_size=3, unique=True).map(tuple),
    seeds=_SEEDS,
)


@given(_DESIGNS)
def test_a_design_comes_back_from_its_text_and_the_text_is_its_hash(design: ReadDesign) -> None:
    assert design_from(design.content) == design
    assert design.sha256 == sha256(design.content.encode()).hexdigest()
    assert json.dumps(json.loads(design.content), sort_keys=True, separators=(",", ":")) == design.content


@given(_DESIGNS, _DESIGNS)
def test_two_designs_share_a_hash_only_when_they_are_one(one: ReadDesign, other: ReadDesign) -> None:
    assert (one.sha256 == other.sha256) == (one == other)


@pytest.mark.parametrize("content", ["", "{}", "[]", DESIGN.content + " ", DESIGN.content.replace('"pair"', "3")])
def test_what_no_design_can_have_written_is_refused(content: str) -> None:
    with pytest.raises(ValueError, match="no design"):
        design_from(content)


@given(_DESIGNS)
def test_the_feature_order_moves_features_and_loses_none(design: ReadDesign) -> None:
    scheme = in_feature_order(shipped_scheme(), design)

    assert tuple(feature.code for feature in scheme.features) == design.feature_order
    assert sorted(keys_in_reading_order(scheme)) == sorted(keys_in_reading_order(shipped_scheme()))
    assert scheme.sha256 == shipped_scheme().sha256


@pytest.mark.parametrize(
    ("key", "value", "found"),
    [
        ("feature_order", "ero, ost,TEN,SYN", ("ERO", "OST", "TEN", "SYN")),
        ("reread_n", "10", 10),
        ("reread_after_days", "0", 0),
        ("reread_after_days", "none", None),
        ("total_rule", "strict", "strict"),
        ("repeat_every", "10", 10),
        ("repeat_every", "none", None),
    ],
)
def test_a_part_can_be_set(key: str, value: str, found: object) -> None:
    assert getattr(changed(DESIGN, key, value), key) == found


@pytest.mark.parametrize(
    ("value", "taken"),
    [
        ("R1", True),
        ("R1,R2,R3", True),
        ("R1,R2", False),
        ("R1,R2,R2", False),
        ("R9", False),
        ("R1,R2,R9", False),
    ],
)
def test_the_reference_is_one_reader_or_an_odd_number_of_those_that_there_are(value: str, taken: bool) -> None:
    """Also all of them: a median of three readers is a reference though nobody else reads."""
    design = replace(DESIGN, readers=("R1", "R2", "R3"))

    if taken:
        assert changed(design, "calibration", value).content != design.content
    else:
        with pytest.raises(DesignRefused, match="whose signed readings are the reference"):
            changed(design, "calibration", value)


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("order", "hidden", "order is fixed when the study is made; make a new study"),
        ("scheme_sha256", "0", "scheme_sha256 is fixed"),
        ("seeds", "1", "`ramris study assign` and `ramris reread` write that"),
        ("colour", "red", "'colour' is not part of the design; what can be set: unit, total_rule, feature_order"),
        ("total_rule", "mean", "total_rule 'mean': strict"),
        ("feature_order", "SYN,TEN", "each of SYN,TEN,OST,ERO once"),
        ("repeat_every", "2", "repeat_every '2': a whole number from 3 to 1000, or none"),
        ("reread_n", "0", "from 1 to 100000, or none"),
        ("reread_n", "\N{ARABIC-INDIC DIGIT THREE}", "from 1 to 100000, or none"),
    ],
)
def test_what_can_not_be_set_says_what_can(key: str, value: str, said: str) -> None:
    with pytest.raises(DesignRefused) as caught:
        changed(DESIGN, key, value)

    assert said in str(caught.value)
