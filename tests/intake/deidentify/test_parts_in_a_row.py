"""Parts that hang together, against SciPy's graphs as the judge."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from workstation.intake.deidentify.lettering import Mask
from workstation.intake.deidentify.text_lines import MOST_PARTS, _connected, parts_of

LINKS = st.integers(1, 14).flatmap(
    lambda count: arrays(np.bool_, (count, count), elements=st.sampled_from([False, False, False, True]))
)


@given(LINKS)
def test_parts_that_hang_together_are_those_that_a_graph_says(drawn: Mask) -> None:
    linked = drawn | drawn.T
    count, which = connected_components(csr_matrix(linked), directed=False)
    groups = [np.flatnonzero(which == number).tolist() for number in range(count)]
    assert _connected(linked) == [group for group in groups if len(group) > 1]


def test_noise_of_too_many_parts_holds_no_text() -> None:
    dots = np.zeros((128, 128), dtype=np.bool_)
    dots[::2, ::2] = True
    assert dots.sum() > MOST_PARTS
    assert parts_of(dots) == []
