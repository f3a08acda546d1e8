"""Fetching of images that lie apart from their copy: while somebody reads, or all at once. No Qt."""
