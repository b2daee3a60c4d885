"""A person's corrections of a transcript: each is an event that can be undone. Vault side only."""
