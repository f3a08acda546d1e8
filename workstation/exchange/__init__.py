"""Exchange with other programs: outlines out as label maps and DICOM segmentations, grades in from DICOM reports."""
