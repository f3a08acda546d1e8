"""Grid of the cells: where each stands, and how large it is."""
