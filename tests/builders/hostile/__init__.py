"""Hostile things: paths, words, databases."""
