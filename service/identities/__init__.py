"""One real-world identity, one stand-in, in all interviews of the study."""
