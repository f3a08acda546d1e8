"""Commands of figures: agreement and exports, sizes of samples, and readers held against known answers."""
