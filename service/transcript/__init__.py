"""Transcripts as rows: one schema, one set of time queries and one search for both stores."""
