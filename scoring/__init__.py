"""What a grade means: schemes, readings, totals. Knows no Qt, SQL or DICOM."""
