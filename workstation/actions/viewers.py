"""Viewers whose keys and mouse a reader may choose: their names alone, which a start reads without any keys."""

from __future__ import annotations

# a file each in `profiles`
PROFILES = ("ohif", "horos", "weasis")
