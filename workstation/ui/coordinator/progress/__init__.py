"""Boards of readers and repeats."""
