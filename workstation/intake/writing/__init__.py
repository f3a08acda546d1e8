"""Writing of images and index into the study's folder."""
