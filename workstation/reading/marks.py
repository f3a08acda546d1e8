"""Marks that measure a site, by whichever tool: frozen, and kept with its grade as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import isfinite
from types import MappingProxyType
from typing import Any, TypeVar

import msgspec

from storage.records import SeenLight
from workstation.reading.tools import angle, calliper, depth_guide, ellipse, outlines
from workstation.reading.tools.tool import Mark, Measured, Tool

# all there are, by id
TOOLS: Mapping[str, Tool] = MappingProxyType(
    {tool.id: tool for tool in (*calliper.TOOLS, *depth_guide.TOOLS, *outlines.TOOLS, *ellipse.TOOLS, *angle.TOOLS)}
)
# kinds of marks in the order in which they are painted, and asked what they measure
_KINDS: tuple[type[Mark], ...] = (*dict.fromkeys(tool.mark for tool in TOOLS.values()), calliper.EarlierWidth)
# written also where nothing of theirs is drawn, as from the first version on: rows are sealed letter by letter
_ALWAYS_KEPT = frozenset({"width", "depth", "outlines"})


_Kind = TypeVar("_Kind", bound=Mark)


class Marks(msgspec.Struct, frozen=True):
    """All that is drawn at one site of one visit, kinds in their order.

    expected: the grade was given at its expected position (`expected_positions`), and the reader had moved nothing.
    light: how both visits' grey was related then. last: the kind that was drawn last, by what it is kept as; "" is the
    first of those drawn.
    """

    drawn: tuple[Mark, ...] = ()
    expected: bool = False
    light: SeenLight | None = None
    last: str = ""

    def of(self, kind: type[_Kind]) -> tuple[_Kind, ...]:
        """Those of one kind."""
        return tuple(mark for mark in self.drawn if isinstance(mark, kind))

    def with_mark(self, mark: Mark) -> Marks:
        """With one more, in the place of what it replaces. It is the one that speaks."""
        stays = (old.beside(mark) for old in self.drawn)
        drawn = tuple(_in_order((*(old for old in stays if old is not None), mark)))
        last = "" if drawn[0].kept_as == mark.kept_as else mark.kept_as
        return Marks(drawn, self.expected, self.light, last)

    @property
    def measured(self) -> Measured:
        """What is kept with the grade: of the last kind drawn if it has a number, else what guides the eye."""
        found = self._found
        return next((said for said in found if said.value is not None), found[0] if found else Measured("", None, ""))

    @property
    def said(self) -> Measured:
        """What the reader is told: of the kind that was drawn last, whether a scheme grades by it or not."""
        found = self._found
        if self.last and found:
            return found[0]
        # what was drawn last may have no number yet where others have one
        first = self.drawn[0] if self.drawn else None
        said = None if first is None else type(first).measured(self.of(type(first)))
        return self.measured if said is None else said

    @property
    def _found(self) -> list[Measured]:
        """What each kind measures, the one drawn last first."""
        kinds = sorted(_KINDS, key=lambda kind: kind.kept_as != self.last)
        return [said for kind in kinds if (said := kind.measured(self.of(kind))) is not None]


def marks_text(marks: Marks) -> str:
    """As JSON; empty for nothing."""
    if marks == Marks():
        return ""
    kept: dict[str, object] = {}
    for kind in _KINDS:
        of_kind = marks.of(kind)
        if of_kind or kind.kept_as in _ALWAYS_KEPT:
            kept[kind.kept_as] = of_kind if kind.many else of_kind[0] if of_kind else None
    # rows from before the visits were compared have no light, and stay as they are
    light = {} if marks.light is None else {"light": marks.light}
    last = {"last": marks.last} if marks.last else {}
    return msgspec.json.encode({**kept, "expected": marks.expected, **light, **last}).decode()


def marks_from(text: str) -> Marks:
    """The inverse; what isn't ours, or isn't finite, is no marks. Never raises."""
    if not text:
        return Marks()
    try:
        kept = msgspec.json.decode(text, type=dict[str, Any])
        expected = msgspec.convert(kept.pop("expected", False), bool)
        light = msgspec.convert(kept.pop("light", None), SeenLight | None)
        last = msgspec.convert(kept.pop("last", ""), str)
        drawn = tuple(mark for kind in _KINDS for mark in _read(kind, kept.pop(kind.kept_as, None)))
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return Marks()
    whole = all(isfinite(value) for mark in drawn for point in mark.points for value in point)
    # what is left over was kept by a program that knows more: half of it might say something else
    return Marks(drawn, expected, light, last) if whole and not kept else Marks()


def _read(kind: type[Mark], kept: object) -> tuple[Mark, ...]:
    if kind.many:
        return msgspec.convert(() if kept is None else kept, tuple[kind, ...])  # type: ignore[valid-type]
    return () if kept is None else (msgspec.convert(kept, kind),)


def _in_order(marks: Iterable[Mark]) -> list[Mark]:
    return sorted(marks, key=lambda mark: _KINDS.index(type(mark)))
