"""DICOM headers, read quickly where that is safe and carefully elsewhere."""
