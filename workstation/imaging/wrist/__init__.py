"""Outline of the wrist in its images: what a cell is to be filled with, instead of the air around it."""
