"""Registration of two visits, in a process of its own: how the wrist moved. Moves no pixel that is scored."""
