"""Pages on paper: HTML with vector drawings to PDF, by Qt's text engine."""
