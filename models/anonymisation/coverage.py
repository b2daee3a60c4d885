"""How far a search for identities reached."""

from __future__ import annotations

from models.values import Anonymisation

NAMES_SEARCHED = "names_searched"
"""The parameter of the provenance that says ``yes`` or ``no``."""


def searches_names(anonymisation: Anonymisation) -> bool:
    """Whether a language model looked for names; False means that release must warn."""
    return anonymisation.provenance.parameters.get(NAMES_SEARCHED) == "yes"
