"""A cohort of the published study's shape: scans as sites send them, clinical data, enrolments. Nobody is in it."""
