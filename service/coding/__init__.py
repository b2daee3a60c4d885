"""The anonymised side. Nothing here imports the vault, and nothing identifiable is ever written here."""
