"""Withdrawal: what goes when a participant takes back their consent, and erasing it so that nobody can read it."""
