"""Backups of an installation: encrypted, incremental, and without what was withdrawn; and putting one back."""
