"""Errors of pixels. Messages hold no path: a reader sees them."""

from scoring.errors import RamrisError


class ImagesUnreachable(RamrisError):
    """The pixels of a series can't be read; the message says which slice, and what to do."""
