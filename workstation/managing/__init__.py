"""The coordinator's session: what is shown of a study and what can be done to it. No Qt."""
