"""What makes a synthetic picture hard to read: texture of tissues, uneven lesions, and what a scanner adds."""
