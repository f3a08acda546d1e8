"""Commands that change answers, their places, notes and the focus."""
