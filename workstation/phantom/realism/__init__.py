"""Realism of synthetic pictures: texture of tissues, uneven lesions, and what a scanner adds."""
