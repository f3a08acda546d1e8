"""One light for both visits: the gain of unchanged tissue between them, and the window that both are shown with."""
