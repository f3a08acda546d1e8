"""Shared parts of both windows: theme, fonts, messages."""
