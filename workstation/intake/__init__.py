"""The identified side: from folders of DICOM to a de-identified study. The reader's side never imports it."""
