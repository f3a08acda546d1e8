"""Files and archives found in the folders of a scanner or a disc."""
