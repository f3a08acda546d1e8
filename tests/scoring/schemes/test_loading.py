"""Mistakes in a scheme file are named with file, place and what is allowed."""

from __future__ import annotations

from decimal import Decimal

import pytest

from scoring.errors import TomlRefused
from scoring.schemes.folder import shipped_folder
from scoring.schemes.load import load_scheme, shipped_scheme
from scoring.schemes.scheme import grades_on

SMALL = """
id = "small"
version = "1"
name = "Small"
sources = []

[[unscorable]]
code = "NC"
name = "Not covered"

[[features]]
code = "ERO"
name = "Erosion"
what_counts = "Breaks"
needs_contrast = false
judged_on = ["T1 COR"]
confirmed_on = []
notes = []
source = "A paper"
sites = [{ code = "CAP", name = "Capitate" }, { code = "HAM", name = "Hamate" }]

[features.scale]
minimum = 0
maximum = 2
step = 1
grades = [
  { grade = 0, label = "none", definition = "None." },
  { grade = 1, label = "some", definition = "Some." },
  { grade = 2, label = "much", definition = "Much." },
]

[[totals]]
code = "EROTOT"
name = "Erosion total"
features = ["ERO"]
minimum = 0
maximum = 4
"""


def _refusal(old: str, new: str) -> str:
    assert old in SMALL
    with pytest.raises(TomlRefused) as caught:
        load_scheme(SMALL.replace(old, new, 1), "small.toml")
    message = str(caught.value)
    assert message.startswith("small.toml: ")
    assert "\n" not in message
    return message


def test_a_scheme_without_mistakes_is_loaded() -> None:
    scheme = load_scheme(SMALL, "small.toml")

    assert (scheme.id, scheme.sites_per_visit, scheme.totals[0].maximum) == ("small", 2, Decimal(4))


def test_a_scale_has_a_thousand_steps_at_most() -> None:
    fine = SMALL.replace("step = 1", "step = 0.001").replace("\nminimum = 0\nmaximum = 4\n", "\n")
    fine = fine.replace('  { grade = 2, label = "much", definition = "Much." },\n', "")

    scheme = load_scheme(fine.replace("maximum = 2", "maximum = 1"), "small.toml")

    assert len(grades_on(scheme.features[0].scale)) == 1001
    with pytest.raises(TomlRefused, match=r"0\.001 makes more than 1000 steps from 0 to 1\.001"):
        load_scheme(fine.replace("maximum = 2", "maximum = 1.001"), "small.toml")


@pytest.mark.parametrize(
    ("old", "new", "place", "said"),
    [
        ('id = "small"', 'id = "Small One"', "id:", "a-z"),
        ("sources = []", "sources = []\ncolour = 1", "", "unknown key colour (keys here: id, version,"),
        ("sources = []", "", "", "sources is missing"),
        (
            "needs_contrast = false",
            "needs_contrast = 0",
            "features[0].needs_contrast:",
            "true or false is needed",
        ),
        ("needs_contrast = false", "contrast = false", "features[0]:", "keys here: code, name"),
        ('"T1 COR"', '"T1 CORONAL"', "features[0].judged_on:", "AX, COR, SAG"),
        ('"T1 COR"', '"T1 COR", "T1 COR"', "features[0].judged_on[1]:", "declared twice"),
        ('code = "HAM"', 'code = "CAP"', "features[0].sites[1]:", "site CAP is declared twice"),
        ('code = "HAM"', 'code = "ham"', "features[0].sites[1].code:", "A-Z"),
        ('name = "Hamate"', 'name = " "', "features[0].sites[1].name:", "is empty"),
        ("maximum = 2", "maximum = 3", "features[0].scale.grades:", "no definition for 3"),
        ("maximum = 2", "maximum = 1", "features[0].scale.grades[2]:", "2 is not on the scale (0-1, step 1)"),
        ("step = 1", "step = 0.75", "features[0].scale:", "whole steps"),
        ("step = 1", "step = 0", "features[0].scale:", "whole steps"),
        ("step = 1", "step = nan", "features[0].scale.step:", "NaN is no number of a scale"),
        ("grade = 1", "grade = 0", "features[0].scale.grades[1]:", "grade 0 is declared twice"),
        (
            "grade = 1",
            "grade = true",
            "features[0].scale.grades[1].grade:",
            "a number is needed",
        ),
        ('features = ["ERO"]', 'features = ["EOR"]', "totals[0].features:", "no feature 'EOR' (declared: ERO)"),
        ('features = ["ERO"]', 'features = ["ERO", "ERO"]', "totals[0].features[1]:", "declared twice"),
        ('features = ["ERO"]', "features = []", "totals[0].features:", "at least one"),
        ("maximum = 4", "maximum = 5", "totals[0]:", "0-5 is declared, but its sites add up to 0-4"),
        ('[[totals]]\ncode = "EROTOT"', '[[totals]]\ncode = ""', "totals[0].code:", "A-Z"),
        ('id = "small"', "id = small", "", "not TOML"),
    ],
)
def test_a_mistake_is_named_with_its_place(old: str, new: str, place: str, said: str) -> None:
    message = _refusal(old, new)

    assert message.startswith(f"small.toml: {place}")
    assert said in message


def test_two_features_of_one_code_are_refused() -> None:
    second = SMALL[SMALL.index("[[features]]") : SMALL.index("[[totals]]")]

    with pytest.raises(TomlRefused, match=r"small\.toml: features\[1\]: feature ERO is declared twice"):
        load_scheme(SMALL + second, "small.toml")


def test_grades_in_falling_order_are_refused() -> None:
    turned = SMALL.replace("grade = 1", "grade = 9").replace("grade = 2", "grade = 1").replace("grade = 9", "grade = 2")

    with pytest.raises(TomlRefused, match="rising order"):
        load_scheme(turned, "small.toml")


def test_half_steps_are_a_matter_of_the_scheme() -> None:
    scheme = load_scheme(SMALL.replace("step = 1", "step = 0.5"), "small.toml")

    assert grades_on(scheme.features[0].scale) == tuple(Decimal(word) for word in ("0", "0.5", "1.0", "1.5", "2.0"))


@pytest.mark.parametrize("scheme_id", ["knee", "../ramris-wrist", ""])
def test_a_scheme_that_is_not_shipped_is_refused_with_those_that_are(scheme_id: str) -> None:
    with pytest.raises(TomlRefused, match=r"there is: ramris-hand, .*ramris-wrist, "):
        shipped_folder(scheme_id)


def test_loading_twice_gives_equal_schemes() -> None:
    assert shipped_scheme() == shipped_scheme()


@pytest.mark.parametrize(
    ("words", "long_bone"),
    [
        ('note = "to 1 cm from the articular surface"', True),
        ('note = "to 2 cm from the articular surface"', False),
        ("", False),
        ('note = "to 1 cm from the articular surface", long_bone = false', False),
        ('note = "the head", long_bone = true', True),
        ("long_bone = true", True),
    ],
)
def test_a_site_is_of_a_long_bone_where_it_says_so_and_one_of_before_by_its_note(words: str, long_bone: bool) -> None:
    text = SMALL.replace('name = "Capitate" }', f'name = "Capitate", {words} }}'.replace(",  }", " }"), 1)

    first, second = load_scheme(text, "small.toml").features[0].sites

    assert (first.long_bone, second.long_bone) == (long_bone, False)
