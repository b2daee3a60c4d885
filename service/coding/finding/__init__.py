"""Finding moments of released interviews by one small query language. Its grammar is in docs/finding.md."""
