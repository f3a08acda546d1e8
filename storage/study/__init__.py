"""A study as its users open it: the reader's door and the coordinator's."""
