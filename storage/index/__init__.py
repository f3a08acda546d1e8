"""Index of the images: tables and rows of subjects, visits, series and frames."""
