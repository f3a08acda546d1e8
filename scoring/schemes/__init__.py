"""Scoring schemes: what may be scored, as data, and its loader."""
