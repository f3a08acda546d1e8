"""Hanging of a case: which series goes where, and why not. Pure; layouts are data."""
