"""Drawing of a visit as its images lie: mirrored and turned over like them, and in words how it is seen. Pure."""

from __future__ import annotations

from functools import lru_cache

from msgspec import Struct

from scoring.schemes.folder import OUTLINES_FILE, POSITIONS_FILE, part_of
from scoring.schemes.scheme import Scheme
from workstation.diagram.facing import AXIAL, Facing, facing
from workstation.diagram.outlines import NOTHING_DRAWN, Diagram, diagram_of, read_diagram
from workstation.reading.images.hand_side import LEFT, WORDS, OnScreen, on_screen
from workstation.reading.images.site_positions import positions_from
from workstation.reading.state import SessionState

# a drawing that has right and left has no side to be known
BOTH = "both sides"


class Drawn(Struct, frozen=True):
    """What is drawn. side: right, left, BOTH, or "" while it isn't known. seen: such as "seen from the palm"."""

    diagram: Diagram
    side: str
    seen: str


def as_imaged(state: SessionState, visit: int) -> Drawn:
    """The drawing of the feature in focus, as the images of its plane lie; as the scheme drew it where nothing says."""
    diagram = _drawn(state.scheme, mirrored=False)
    if diagram.both_sides:
        return Drawn(diagram, BOTH, "")
    side = WORDS.get(state.view.form.side, "")
    faces = _facing(state.scheme, diagram.layers.get(state.focus.feature, ""))
    lies = None if faces is None else on_screen(state, visit, faces.plane)
    if faces is None or lies is None:
        seen = f"seen from the {diagram.seen_from}" if diagram.seen_from else ""
        return Drawn(_drawn(state.scheme, mirrored=state.view.form.side == LEFT), side, seen)
    turned = _drawn(state.scheme, mirrored=lies.thumb != faces.thumb, upside_down=lies.top != faces.top)
    return Drawn(turned, side, _seen(faces, lies))


def _drawn(scheme: Scheme, *, mirrored: bool, upside_down: bool = False) -> Diagram:
    return diagram_of(scheme, mirrored=mirrored, upside_down=upside_down) or NOTHING_DRAWN


def _seen(faces: Facing, lies: OnScreen) -> str:
    if faces.plane == AXIAL:
        return "back of the hand up" if lies.top > 0 else "palm up"
    return f"seen from the {'palm' if lies.from_palm else 'back of the hand'}"


@lru_cache(maxsize=32)
def _facing_of(outlines: str, positions: str, layer: str) -> Facing | None:
    return facing(read_diagram(outlines), positions_from(positions, POSITIONS_FILE).sites, layer)


def _facing(scheme: Scheme, layer: str) -> Facing | None:
    outlines, positions = part_of(scheme, OUTLINES_FILE), part_of(scheme, POSITIONS_FILE)
    return None if outlines is None or positions is None else _facing_of(outlines, positions, layer)
