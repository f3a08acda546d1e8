"""The process itself: faults, interrupts, system libraries, output that names codes only."""
