"""Adjudication: what of two readings a third one settles, the final value of each site, and how often. Pure."""
