"""How the wrist moved between two visits, by registration in a process of its own. Moves no pixel that is scored."""
