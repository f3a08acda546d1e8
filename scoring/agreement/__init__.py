"""How far repeated readings agree: closed forms over a table of n rows (scans) by k columns (readings)."""
