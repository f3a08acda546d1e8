"""The drawing of the wrist: every site that is scored has its place, once, inside the picture."""

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
    drawn = diagram_of(shipped_scheme())
    assert drawn is not None
    return drawn


def test_every_site_of_the_shipped_scheme_is_drawn_and_nothing_else() -> None:
    drawn = {(feature, site) for feature in wrist().layers for site in wrist().of_feature(feature)}

    assert drawn == {(item.code, site.code) for item in shipped_scheme().features for site in item.sites}


def test_no_outline_leaves_the_picture_and_no_two_labels_of_a_layer_touch() -> None:
    drawing = wrist()

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


def test_a_circle_passes_through_its_four_corners() -> None:
    (circle,) = load_diagram(SQUARE, "small.toml").outlines

    assert [end for _, _, end in circle.segments] == [(10, 25), (5, 20), (10, 15), (15, 20)]
    assert circle.svg_path().startswith("M15.00,20.00 C15.00,22.76 12.76,25.00 10.00,25.00")
