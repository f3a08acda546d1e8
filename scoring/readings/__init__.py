"""One reading: its answers, their order, totals and checks before signing."""
