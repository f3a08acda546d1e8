"""Results of signed readings as DICOM objects: structured reports, key images, segmentations; and sending them."""
