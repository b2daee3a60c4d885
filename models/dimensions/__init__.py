"""Arousal, dominance and valence as a model of the operator's estimates them: optional, off by default."""
