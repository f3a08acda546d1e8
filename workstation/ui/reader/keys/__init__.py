"""Keys of the reading room beside its shortcuts: by position, held down."""
