"""A study as files that statistics programs open: what stands in them, and how they appear on disk."""
