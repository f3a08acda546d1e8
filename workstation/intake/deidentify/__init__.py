"""De-identification: new files by allow-list, new UIDs, text in pixels held back."""
