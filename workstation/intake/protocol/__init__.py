"""Protocol of a study: what a visit must have, and what a visit lacks."""
