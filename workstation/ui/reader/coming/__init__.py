"""Images that are still coming, as a reader sees it."""
