"""Insets: small pictures in a corner of a cell."""
