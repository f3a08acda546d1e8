"""The wrist scheme against its sources: Østergaard 2003 (RAMRIS) and Haavardsholm 2007 (tenosynovitis)."""

from __future__ import annotations

from decimal import Decimal
from hashlib import sha256

import pytest

from scoring.schemes.folder import shipped_folder, shipped_ids
from scoring.schemes.load import shipped_scheme
from scoring.schemes.scheme import Feature, FeatureCode, SeriesRef

SCHEME = shipped_scheme()
LONG_BONES = ["RAD", "ULN", "MC1", "MC2", "MC3", "MC4", "MC5"]


def _feature(code: str) -> Feature:
    return SCHEME.feature(FeatureCode(code))


def test_every_shipped_scheme_loads_under_its_own_name() -> None:
    assert [shipped_scheme(scheme_id).id for scheme_id in shipped_ids()] == list(shipped_ids())


def test_a_visit_asks_for_43_grades() -> None:
    assert SCHEME.sites_per_visit == 43


@pytest.mark.parametrize(
    ("code", "sites"),
    [
        ("SYN", "DRUJ RC IC-CMC"),
        ("TEN", "E1 E2 E3 E4 E5 E6 F1 F2 F3 F4"),
        ("OST", "RAD ULN SCA LUN TRQ PIS TRM TRD CAP HAM MC1 MC2 MC3 MC4 MC5"),
        ("ERO", "RAD ULN SCA LUN TRQ PIS TRM TRD CAP HAM MC1 MC2 MC3 MC4 MC5"),
    ],
)
def test_the_sites_stand_in_reading_order(code: str, sites: str) -> None:
    assert [site.code for site in _feature(code).sites] == sites.split()


def test_the_features_stand_in_reading_order() -> None:
    assert [feature.code for feature in SCHEME.features] == ["SYN", "TEN", "OST", "ERO"]


@pytest.mark.parametrize(
    ("code", "low", "high"),
    [("SYNTOT", 0, 9), ("TENTOT", 0, 30), ("OSTTOT", 0, 45), ("EROTOT", 0, 150), ("MRII", 0, 84)],
)
def test_the_totals_have_the_published_ranges(code: str, low: int, high: int) -> None:
    ranges = {str(total.code): (total.minimum, total.maximum) for total in SCHEME.totals}

    assert ranges[code] == (Decimal(low), Decimal(high))


def test_erosion_is_not_in_the_inflammation_total() -> None:
    inflammation = next(total for total in SCHEME.totals if total.code == "MRII")

    assert set(inflammation.features) == {"SYN", "OST", "TEN"}


@pytest.mark.parametrize(
    ("code", "labels"),
    [
        ("TEN", ["normal", "< 2 mm", "≥ 2 and < 5 mm", "≥ 5 mm"]),
        ("OST", ["none", "1-33 %", "34-66 %", "67-100 %"]),
        (
            "ERO",
            ["none", "1-10 %", *(f"{tens}1-{tens + 1}0 %" for tens in range(1, 10))],
        ),
        ("SYN", ["normal", "mild", "moderate", "severe"]),
    ],
)
def test_the_bands_of_the_grades_are_those_of_the_papers(code: str, labels: list[str]) -> None:
    grades = _feature(code).scale.grades

    assert [grade.label for grade in grades] == labels
    assert [grade.grade for grade in grades] == [Decimal(number) for number in range(len(labels))]


@pytest.mark.parametrize("code", ["OST", "ERO"])
def test_the_long_bones_alone_carry_the_one_centimetre_rule(code: str) -> None:
    with_rule = [str(site.code) for site in _feature(code).sites if "1 cm" in site.note]

    assert with_rule == LONG_BONES


@pytest.mark.parametrize(
    ("code", "judged", "confirmed"),
    [
        ("SYN", "T1FSGD AX, T1 AX", "T1FSGD COR, T1 COR"),
        ("TEN", "T1FSGD AX", "T2FS AX"),
        ("OST", "T2FS COR", "T1 COR, T2FS AX, T1 AX"),
        ("ERO", "T1 COR", "T1 AX, PD COR"),
    ],
)
def test_each_feature_names_the_series_it_is_read_from(code: str, judged: str, confirmed: str) -> None:
    def words(series: tuple[SeriesRef, ...]) -> str:
        return ", ".join(f"{item.kind} {item.plane}" for item in series)

    assert (words(_feature(code).judged_on), words(_feature(code).confirmed_on)) == (judged, confirmed)


def test_contrast_is_needed_for_synovitis_and_tenosynovitis_alone() -> None:
    assert [feature.code for feature in SCHEME.features if feature.needs_contrast] == ["SYN", "TEN"]


def test_a_fused_bone_is_said_to_score_ten() -> None:
    assert "A fused bone scores 10." in _feature("ERO").notes


def test_of_the_unscorable_codes_only_other_asks_for_words() -> None:
    codes = {code.code: code.needs_text for code in SCHEME.unscorable}

    assert codes == {"NC": False, "AR": False, "SQ": False, "SX": False, "OT": True}


def test_the_hash_is_that_of_the_text() -> None:
    changed_text = shipped_folder("ramris-wrist").packed() + "\n"

    assert shipped_scheme().sha256 != sha256(changed_text.encode()).hexdigest()
    assert shipped_scheme().sha256 == sha256(changed_text[:-1].encode()).hexdigest()
