"""Tables of an export: the columns that one may have, how a cell is written, and what each value means."""
