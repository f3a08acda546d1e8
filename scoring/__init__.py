"""Meaning of a grade: schemes, readings, totals. Knows no Qt, SQL or DICOM."""
