"""Profiles of keys and mouse: what other viewers do, a TOML file each, with its source."""
