"""Exact word times: the recognised words laid onto the sound. :mod:`models.forced_alignment.aligner` is the way in."""

G2P_MODEL = "g2p-en"
"""The registry name of the weights that tell how English words outside the dictionary are said."""
