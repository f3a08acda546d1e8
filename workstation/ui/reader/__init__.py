"""The reading room: the window a reader sits in front of."""
