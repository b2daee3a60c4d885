"""Two perspectives: what is coded in the interviews of each role, side by side, and quotes for each."""
