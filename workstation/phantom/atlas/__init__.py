"""Atlas: a small synthetic picture of each grade at each site of the wrist, with its truth."""
