"""The vault: who is who. Coordinator alone; no module of the reader may import this package."""
