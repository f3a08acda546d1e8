"""Builders for analyses: a scripted reader, and the numbers that a judge is asked for."""
