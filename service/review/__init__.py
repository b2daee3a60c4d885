"""The steward's acts on a finished transcript: here, releasing it to the coding side."""
