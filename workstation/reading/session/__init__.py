"""The session of one case: from a command to what is on disk and then shown, and the way back to where it was left."""
