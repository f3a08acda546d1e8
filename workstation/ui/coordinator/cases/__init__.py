"""Subjects, their series, pictures and findings."""
