"""Gestures of mouse and wheel. Pure; distances in pixels right and down."""

from __future__ import annotations

from math import exp

from workstation.reading.view_state import Window

_NOTCH = 120
# a drag over 250 pixels changes the window by a factor of e, or the level by one window width
_WINDOW_PX = 250.0
_ZOOM_PX = 200.0
_ZOOM_PER_NOTCH = 1.15
# a slice
_SLICE_PX = 12.0


def dragged_window(window: Window, right_px: float, down_px: float) -> Window:
    """Right widens the window, down raises its level (darker), in proportion to its width."""
    width = window.high - window.low
    level = (window.high + window.low) / 2 + down_px / _WINDOW_PX * width
    half = width * exp(right_px / _WINDOW_PX) / 2
    return Window(level - half, level + half)


def zoom_by_drag(down_px: float) -> float:
    """Up enlarges."""
    return exp(-down_px / _ZOOM_PX)


def zoom_by_wheel(angle: int) -> float:
    """Forward enlarges."""
    return float(_ZOOM_PER_NOTCH ** (angle / _NOTCH))


def notches_by_drag(down_px: float) -> int:
    """Eighths of a degree of a wheel that a drag stands for; down goes on to the next slices."""
    return -int(down_px / _SLICE_PX * _NOTCH)


def whole_notches(angle: int) -> tuple[int, int]:
    """Notches in an angle (eighths of a degree) and what is left over, for wheels that report less than a notch."""
    notches = int(angle / _NOTCH)
    return notches, angle - notches * _NOTCH
