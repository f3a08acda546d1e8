"""Servers of a hospital or a trial, joined to what asks them."""
