"""Pages of a study to print and to file: report, read sheets, charter."""
