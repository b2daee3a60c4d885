"""The sound that others may hear: made from what the vault says now, checked, judged by a person, kept up to date."""
