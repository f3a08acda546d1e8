"""A reader's copy of a study: a new file with that reader's cases alone."""
