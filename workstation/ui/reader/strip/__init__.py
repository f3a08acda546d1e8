"""Strip of all series of a case, to be put into cells."""
