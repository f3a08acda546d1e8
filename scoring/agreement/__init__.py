"""Agreement of repeated readings: closed forms over a table of n rows (scans) by k columns (readings)."""
