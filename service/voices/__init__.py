"""Voices that recur across a study: whose they are, and whether a recording is filed under the right person."""
