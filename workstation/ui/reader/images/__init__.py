"""The image side of the reading room."""
