"""Errors of expected positions of sites. Run by python -m tests.benchmarks.expected_positions.

Synthetic persons in all four ways to lie; `scrolls` is the error along the stack that a site is judged on, which is how
far a reader has to scroll, `in space` the whole of it; mm, median and 95th percentile of all sites not found yet.
Usual is a hand with the fingers at the top of coronal images and the palm to the front. Nothing here is a test.
"""

from __future__ import annotations

import sys
from itertools import product

from scoring.schemes.load import shipped_scheme
from tests.benchmarks.timing import timed
from tests.builders.wrists import BESIDE_THE_BODY, OVER_THE_HEAD, WAYS, a_wrist
from tests.reading.images.test_expected_positions import errors
from workstation.reading.found_site import FoundSite
from workstation.reading.images.hand_axes import ways_to_lie
from workstation.reading.images.site_positions import positions_of
from workstation.reading.images.wrist_fit import laid

PERSONS = range(1, 21)
KNOWN = (0, 1, 3, 10)


def main() -> None:
    """Print a line for each case, then what one proposal takes when all sites are found."""
    usual = (OVER_THE_HEAD, BESIDE_THE_BODY)
    unusual = tuple(way for way in WAYS if way not in usual)
    for name, ways, off_mm in (
        *(("usual", usual, off_mm) for off_mm in (0.0, 8.0, 15.0)),
        ("palm to the back", unusual, 0.0),
    ):
        wrists = [a_wrist(n, side=side, way=way, off_mm=off_mm) for n, side, way in product(PERSONS, "RL", ways)]
        for known, clicked in product(KNOWN, (False, True)):
            if known or not clicked:
                found = errors(wrists, known, clicked=clicked)
                how = "none found" if not known else f"{known} {'clicked' if clicked else 'scrolled'}"
                scrolls, space = (f"{of(50):.1f}, {of(95):.1f}" for of in (found.scrolls, found.off))
                sys.stdout.write(f"{name}, stacks {off_mm:.0f} mm off, {how}: scrolls {scrolls}; in space {space}\n")
    wrist = a_wrist(1)
    lies, known_all = ways_to_lie(wrist.visit), {site: FoundSite(point) for site, point in wrist.truth.items()}
    taken = timed(lambda: laid(lies, positions_of(shipped_scheme()).sites, known_all, "RAD"))
    sys.stdout.write(f"one proposal from {len(known_all)} places: {1000 * taken:.1f} ms\n")


if __name__ == "__main__":
    main()
