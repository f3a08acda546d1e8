"""A study that has lived: a year of a small trial in seconds, on real files, for tests of whatever is done to it."""
