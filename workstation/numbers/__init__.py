"""Figures of a study as values: what is compared, which points that gives, what was left out. Pure; no Qt."""
