"""Finding what identifies someone in a transcript, and replacing it with typed placeholders.

The stages: passages of one speaker, mentions found in them by the language model and by rules, mentions found again
elsewhere by propagation, identities numbered in order of appearance, words replaced.
"""

from models.anonymisation.find import RULES_VERSION, find_entities, searches_names
from models.anonymisation.redact import apply_redactions

__all__ = ["RULES_VERSION", "apply_redactions", "find_entities", "searches_names"]
