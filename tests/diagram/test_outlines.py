"""The drawing of a scheme: every site that is scored has its outline, once, inside the picture."""

import pytest

from scoring.errors import TomlRefused
from scoring.schemes.folder import shipped_ids
from scoring.schemes.load import shipped_scheme
from workstation.diagram.outlines import Diagram, diagram_of, load_diagram

SQUARE = """
part = "wrist"
width = 30
height = 40
[layers]
bone = ["OST"]
[[outline]]
site = "CAP"
layer = "bone"
centre = [10, 20]
radius = 5
"""


def wrist() -> Diagram:
    return drawing_of("ramris-wrist")


def drawing_of(scheme_id: str) -> Diagram:
    drawn = diagram_of(shipped_scheme(scheme_id))
    assert drawn is not None
    return drawn


@pytest.mark.parametrize("scheme_id", shipped_ids())
def test_every_site_of_a_shipped_scheme_is_drawn_once_and_nothing_else(scheme_id: str) -> None:
    scheme = shipped_scheme(scheme_id)
    drawing = drawing_of(scheme_id)

    drawn = {(feature, site) for feature in drawing.layers for site in drawing.of_feature(feature)}
    assert drawn == {(item.code, site.code) for item in scheme.features for site in item.sites}
    pairs = [(item.layer, item.site) for item in drawing.outlines]
    assert len(pairs) == len(set(pairs))


@pytest.mark.parametrize("scheme_id", shipped_ids())
def test_no_outline_leaves_the_picture_and_no_two_labels_of_a_layer_touch(scheme_id: str) -> None:
    drawing = drawing_of(scheme_id)

    for item in (*drawing.outlines, *drawing.backdrops):
        for x, y in (item.start, item.label, *(end for _, _, end in item.segments)):
            assert 0 <= x <= drawing.width
            assert 0 <= y <= drawing.height
    for feature in drawing.layers:
        labels = [item.label for item in drawing.of_feature(feature).values()]
        for index, (x, y) in enumerate(labels):
            assert all(abs(x - a) > 12 or abs(y - b) > 9 for a, b in labels[:index])


def test_a_left_wrist_is_the_mirror_image_and_twice_mirrored_is_the_same() -> None:
    left = wrist().turned(mirrored=True)

    thumb = {side: drawing.of_feature("ERO")["MC1"].label[0] for side, drawing in (("l", left), ("r", wrist()))}
    assert thumb["l"] == wrist().width - thumb["r"]
    assert [item.svg_path() for item in left.turned(mirrored=True).outlines] == [
        item.svg_path() for item in wrist().outlines
    ]


def test_hands_and_feet_of_both_sides_are_mirror_images_and_are_never_mirrored_themselves() -> None:
    drawing = drawing_of("sharp-vdh")

    assert drawing.both_sides
    for feature in drawing.layers:
        at = {site: outline.label for site, outline in drawing.of_feature(feature).items()}
        for site, (x, y) in at.items():
            if site.startswith("R-"):
                assert at[f"L-{site.removeprefix('R-')}"] == pytest.approx((drawing.width - x, y), abs=0.5)
                assert x < drawing.width / 2
        assert sorted((word.text, word.middle[0] < drawing.width / 2) for word in drawing.words_of(feature)) == [
            ("L", False),
            ("R", True),
        ]
    assert drawing.turned(mirrored=True, upside_down=True) is drawing


def test_a_word_on_a_layer_that_is_not_there_is_named() -> None:
    with pytest.raises(TomlRefused, match=r"small.toml: word\[0\].layer: no layer 'skin' \(declared: bone\)"):
        load_diagram(SQUARE + '[[word]]\ntext = "R"\nlayer = "skin"\nat = [1, 2]\n', "small.toml")


def test_a_circle_passes_through_its_four_corners() -> None:
    (circle,) = load_diagram(SQUARE, "small.toml").outlines

    assert [end for _, _, end in circle.segments] == [(10, 25), (5, 20), (10, 15), (15, 20)]
    assert circle.svg_path().startswith("M15.00,20.00 C15.00,22.76 12.76,25.00 10.00,25.00")
