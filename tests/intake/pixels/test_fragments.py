"""The frames in compressed pixel data. pydicom's generate_frames is the judge."""

from __future__ import annotations

import pytest
from pydicom.encaps import encapsulate, generate_frames

from workstation.intake.pixels.fragments import frames_in

CODED = [b"a" * 10, b"bcd" * 40, b"e" * 6]


# without a table several fragments a frame can't be told apart
@pytest.mark.parametrize(("fragments", "table"), [(1, True), (2, True), (3, True), (1, False)])
def test_frames_are_put_together_as_pydicom_does(fragments: int, table: bool) -> None:
    value = encapsulate(CODED, fragments_per_frame=fragments, has_bot=table)

    assert frames_in(value, 3) == list(generate_frames(value, number_of_frames=3))


def test_a_single_frame_is_all_fragments_together() -> None:
    value = encapsulate([b"abcdefgh"], fragments_per_frame=4, has_bot=False)

    assert frames_in(value, 1) == [b"abcdefgh"]


@pytest.mark.case(28)
@pytest.mark.parametrize(
    ("value", "what"),
    [
        (b"", "no fragment"),
        (b"\xfe\xff\x00\xe0\x00\x00\x00\x00", "no(ne| fragment)"),
        (b"\xfe\xff\x00\xe0\x00\x00\x00\x00\xfe\xff\x00\xe0\x00\x00\x00\x00", "empty"),
        (b"\xfe\xff\x00\xe0\x00\x00\x00\x00\xfe\xff\x00\xe0\xff\xff\xff\xffab", "fill"),
        (b"\xfe\xff\x00\xe0\x00\x00\x00\x00\xe0\x7f\x10\x00\x02\x00\x00\x00ab", "fill"),
        (encapsulate(CODED, has_bot=False), "told apart"),
        (b"\xfe\xff\x00\xe0\x08\x00\x00\x00" + b"\x63\0\0\0" * 2 + encapsulate(CODED, has_bot=False)[8:], "told apart"),
    ],
)
def test_items_that_lie_are_refused(value: bytes, what: str) -> None:
    with pytest.raises(ValueError, match=what):
        frames_in(value, 2)
