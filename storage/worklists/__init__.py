"""Worklists: who reads which case, in which order, and again."""
