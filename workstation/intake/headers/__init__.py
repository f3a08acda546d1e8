"""DICOM headers: what stands in front of the pixels, and where those lie."""
