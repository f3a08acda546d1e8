"""Files and folders on disk: whole or absent, locked, staged, cleaned up."""
