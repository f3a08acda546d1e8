"""The page before signing."""
