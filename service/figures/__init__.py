"""Figures for a paper: what a voice did, with the words under it. Neutral: both sides draw with it."""
