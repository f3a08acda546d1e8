"""Dialogs of the coordinator's commands."""
