"""Sample sizes before a study: correlation, non-inferiority of two means, ICC. Each formula is named."""
