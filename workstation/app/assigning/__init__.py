"""Assigning of subjects to readers: what is typed becomes a wish, and what came of it is told."""
