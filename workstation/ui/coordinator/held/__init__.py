"""Contact sheet of the series that were held back for text."""
