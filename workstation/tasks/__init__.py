"""Background work that can be cancelled, and of which only the latest counts. No Qt."""
