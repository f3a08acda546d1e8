"""The start window's side without Qt: what was opened before, what can be begun, what a process of ours says."""
