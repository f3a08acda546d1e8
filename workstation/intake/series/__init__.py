"""Series and visits: stacks of slices, their kind and plane, who and when."""
