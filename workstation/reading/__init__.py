"""The reading session: state, commands and the one function that joins them. No Qt, no SQL; a clock is handed in."""
