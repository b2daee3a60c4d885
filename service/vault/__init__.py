"""The identifiable side: recordings, interviews, raw transcripts, redactions, and what happened to them."""
