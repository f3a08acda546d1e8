"""The coordinator's window. It shows identities' side of a study and is never part of the reading room."""
