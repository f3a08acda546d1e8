"""The synthetic wrist: paired DICOM studies with known grades, from a seed."""
