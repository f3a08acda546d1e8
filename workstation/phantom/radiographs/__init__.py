"""Synthetic radiographs of hands and feet: projections of a simple skeleton with known erosions and narrowing."""
