"""Scans fetched from a server by DICOMweb into a folder of the study, from which the import takes them."""
