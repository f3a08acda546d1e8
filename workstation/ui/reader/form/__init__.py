"""The form: features, sites, grades, totals and the drawing of the wrist."""
