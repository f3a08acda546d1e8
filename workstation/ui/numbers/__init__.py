"""The window of numbers: figures of a study that answer to mouse and keys. pyqtgraph is here and nowhere else."""
