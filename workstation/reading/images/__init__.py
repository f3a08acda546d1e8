"""Commands that change what is shown: slices, windows, links, expected positions."""
