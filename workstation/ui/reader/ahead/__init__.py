"""Images of the feature that comes next, made ready while nothing is to be done."""
