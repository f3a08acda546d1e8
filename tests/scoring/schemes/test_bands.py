"""Widths and shares against the tables of the papers; the limits themselves belong to the grade above."""

from __future__ import annotations

from decimal import Decimal

import pytest

from scoring.errors import TomlRefused
from scoring.schemes.bands import Band, band_of, bands_from
from scoring.schemes.load import shipped_scheme
from scoring.values import replace


@pytest.mark.parametrize(
    ("width", "grade"),
    [(0.0, 0), (0.1, 1), (1.99, 1), (2.0, 2), (4.99, 2), (5.0, 3), (1.9999999, 2), (4.9999999, 3), (12, 3)],
)
def test_a_width_falls_into_the_band_of_haavardsholm(width: float, grade: int) -> None:
    band = band_of(shipped_scheme(), "TEN")

    assert band is not None
    assert band.grade(width) == grade


@pytest.mark.parametrize(
    ("feature", "percent", "grade"),
    [
        ("OST", 0.2, 1), ("OST", 33, 1), ("OST", 33.4, 1), ("OST", 34, 2), ("OST", 66, 2),
        ("OST", 67, 3), ("OST", 100, 3),
        ("ERO", 0.2, 1), ("ERO", 10, 1), ("ERO", 11, 2), ("ERO", 50, 5), ("ERO", 51, 6),
        ("ERO", 91, 10), ("ERO", 100, 10),
    ],
)  # fmt: skip
def test_a_share_falls_into_the_band_of_ramris(feature: str, percent: float, grade: int) -> None:
    band = band_of(shipped_scheme(), feature)

    assert band is not None
    assert band.grade(percent) == grade


@pytest.mark.parametrize(
    ("width", "grade"),
    [(0.0, 0), (0.4, 0), (1.9, 0), (1.94, 0), (1.96, 1), (2.0, 1), (2.9, 1), (3.0, 2), (4.9, 2), (5.0, 3)],
)
def test_what_is_below_the_least_value_of_grade_1_is_grade_0(width: float, grade: int) -> None:
    """Meniscal extrusion of MOAKS (Hunter 2011 Osteoarthritis Cartilage 19:990): < 2 mm, 2 to 2.9, 3 to 4.9, 5 up."""
    extrusion = Band("MEX", "width_mm", 1, (2.0, 3.0, 5.0), "")

    assert extrusion.grade(width) == grade


def test_every_band_ends_at_the_top_of_its_scale() -> None:
    scheme = shipped_scheme()

    for feature in scheme.features:
        band = band_of(scheme, feature.code)
        assert band is None or Decimal(len(band.lowest)) == feature.scale.maximum


def test_a_scheme_without_numbers_names_no_grade() -> None:
    assert band_of(shipped_scheme(), "SYN") is None
    assert band_of(replace(shipped_scheme(), files=()), "TEN") is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[band", "b.toml"),
        ("band = 3", "b.toml"),
        (
            '[[band]]\nfeature="b"\nquantity="area"\ndecimals=0\nfrom=[1.0]\nsource=""',
            "no 'area' is measured",
        ),
        ('[[band]]\nfeature="b"\nquantity="width_mm"\ndecimals=0\nfrom=[2.0,1.0]\nsource=""', "must rise"),
    ],
)
def test_a_mistake_is_named_with_file_and_place(text: str, said: str) -> None:
    with pytest.raises(TomlRefused, match=r"b\.toml") as refusal:
        bands_from(text, "b.toml")

    assert said in str(refusal.value)


@pytest.mark.parametrize("scheme_id", ["ramris-hand", "ramris-wrist-hand", "ramris-wrist-omeract"])
def test_omeract_tenosynovitis_asks_for_three_slices_in_a_row_and_haavardsholm_for_one(scheme_id: str) -> None:
    omeract, haavardsholm = (band_of(shipped_scheme(name), "TEN") for name in (scheme_id, "ramris-wrist"))

    assert omeract is not None
    assert haavardsholm is not None
    assert (omeract.slices, haavardsholm.slices) == (3, 1)
