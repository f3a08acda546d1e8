"""Drawing tools, a module each: what a drag draws, where it may, what it measures, and how it looks. No Qt."""
