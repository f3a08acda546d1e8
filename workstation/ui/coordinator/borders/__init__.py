"""Review of each series' borders for text, before a hand-over."""
