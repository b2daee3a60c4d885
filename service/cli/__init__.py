"""The terminal: what a researcher types."""
