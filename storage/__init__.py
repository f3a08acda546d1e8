"""Storage: what must still be there tomorrow. Knows scoring; no Qt, no DICOM."""
