"""Finding what identifies someone in a transcript, and replacing it with typed placeholders.

The stages: passages of one speaker, mentions found in them by the language model and by rules, mentions found again
elsewhere by propagation, identities numbered in order of appearance, words replaced.

Nothing is imported here: :mod:`models.anonymisation.find` needs a worker's packages,
:mod:`models.anonymisation.redact` must do without.
"""
