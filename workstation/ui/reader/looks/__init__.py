"""Looks of the reading room: size of text, light or dark."""
