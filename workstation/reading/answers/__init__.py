"""Commands that change answers, their sightings, notes and the focus."""
