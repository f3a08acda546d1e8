"""The import: folders of scans become series of a study, and what it asks is answered."""
