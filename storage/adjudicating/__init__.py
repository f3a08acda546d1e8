"""Readings beside a third reader's own: which ones a draw puts there, and how the record holds them."""
