"""DICOM pixels, decoded in a process of their own."""
