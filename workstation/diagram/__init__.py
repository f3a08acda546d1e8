"""The wrist as a drawing: an outline for each site that is scored. Data and pure geometry; no Qt."""
