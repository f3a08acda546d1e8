"""The window of the reading room and its life, from launch to leaving."""
