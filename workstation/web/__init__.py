"""Servers asked by HTTPS: their addresses, who asks, and how. What they are asked for is known elsewhere."""
