"""The start window, which `ramris` without a command opens. It shows no identity, and knows no other window."""
