"""Atlas of the grades in the room: all grades of a site side by side, or beside the images."""
