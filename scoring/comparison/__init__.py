"""Several readings of the same cases held against each other: by total, feature and site, each visit and change."""
