"""Schemes of a study: its own and those beside it, and which reader reads by which."""
