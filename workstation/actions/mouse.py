"""Mouse of the reading room in words, for the sheet of all keys and the page of them."""

from __future__ import annotations

MOUSE = (
    ("Wheel", "Slices of both visits; with Shift of one"),
    ("Left drag", "Window: across width, up and down level"),
    ("Middle drag", "Pan; also Shift and left drag"),
    ("Right drag", "Zoom; also Ctrl and wheel"),
    ("Click", "Put the cursor there, in every plane"),
    ("Alt and click", "Go to the site there, in the table"),
    ("Double click", "This image alone, or all again"),
    ("Right click", "Menu of the image: series by name"),
    ("Pointer", "Value of the pixel under it"),
)
"""(what is done, what comes of it), as it is in the images."""
