"""Schemes in the hands of whoever writes one: checked as a whole, shown, begun."""
