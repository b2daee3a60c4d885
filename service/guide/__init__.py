"""The guide: what is to be asked, where it was asked, and what was left open."""
