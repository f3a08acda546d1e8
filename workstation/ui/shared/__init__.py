"""What both windows use: theme, fonts, messages."""
