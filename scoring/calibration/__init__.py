"""Calibration of a reader: readings held against a reference, what is still far, and whether the gates are passed."""
