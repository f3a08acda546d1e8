"""Calibration of a reader: a set of cases whose answers are known, where the reader stands, and the page of it."""
