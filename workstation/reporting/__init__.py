"""A study's figures as a page that can be attached to a paper: HTML with drawings inside. No Qt, no DICOM."""
