"""A study that is for learning: what a reader signed beside the reference, and what goes on the record of it."""
