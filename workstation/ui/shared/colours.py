"""Colours of the program, a dark set and a light one. In both, text meets WCAG AA on every ground."""

from __future__ import annotations

from msgspec import Struct


class Colours(Struct, frozen=True):
    """Grounds from the deepest up, then lines, texts and signs. least, most: grounds of the lowest and highest grade.

    refused and saved differ in light as well as in hue, and each has a sign of its own shape beside it.
    """

    background: str
    panel: str
    raised: str
    line: str
    text: str
    bright: str
    dim: str
    accent: str
    accent_ground: str
    refused: str
    saved: str
    least: str
    most: str


# calm, one accent; the surround of images is always of these
DARK = Colours(
    background="#101418",
    panel="#171c22",
    raised="#1f262e",
    line="#2b343e",
    text="#d7dde4",
    bright="#f4f7fa",
    dim="#929eab",
    accent="#4ea1ff",
    accent_ground="#1c3350",
    refused="#ff8f6b",
    saved="#7fc8a0",
    least="#26313d",
    most="#9fd0ff",
)
# no white: beside dark images it would take the eye's adaptation with it
LIGHT = Colours(
    background="#d3d8dd",
    panel="#e6e9ec",
    raised="#d9dee3",
    line="#a9b3bd",
    text="#20272e",
    bright="#07090c",
    dim="#46505a",
    accent="#0b4f9e",
    accent_ground="#bcd3ee",
    refused="#8f2a0a",
    saved="#00565e",
    least="#c9d4df",
    most="#1d4f88",
)
