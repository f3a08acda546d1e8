"""Results of signed readings as DICOM: written to a folder, and sent to an archive."""
