"""Voxels, millimetres and windows. Knows no patient and no Qt."""
