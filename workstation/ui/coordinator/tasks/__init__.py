"""Tasks of the study in one dialog."""
