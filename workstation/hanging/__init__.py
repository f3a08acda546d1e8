"""Which series goes where, and why not. Pure; layouts are data."""
