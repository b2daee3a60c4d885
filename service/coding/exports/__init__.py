"""Out of the coding store: interviews with their codings, markers and redacted sound, in formats of other programs."""
