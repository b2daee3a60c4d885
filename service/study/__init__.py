"""The study: who is interviewed when about what, as its protocol says, and how far that has come."""
