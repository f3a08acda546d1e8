"""Qualification of an installation: what is installed, and whether the program does here what it is for."""
