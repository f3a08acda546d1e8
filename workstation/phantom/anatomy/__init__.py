"""Anatomy of the synthetic wrist: bones, tendons, soft tissue."""
