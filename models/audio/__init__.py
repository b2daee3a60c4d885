"""Sound files: what they hold, their samples, the copy people listen to, the peaks that are drawn, cuts."""
