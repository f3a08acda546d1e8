"""Sheets over the room: help, rules, display check, tour, lists."""
