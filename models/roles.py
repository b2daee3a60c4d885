"""Who asks and who tells: a suggestion, until a person says so."""

from __future__ import annotations

from collections.abc import Mapping

from models.values import Role

# In research interviews the participant has 70-90 % of the words; below 60 % it could be a conversation of equals.
_CLEARLY_MORE = 0.6
# With three or more voices the one who tells must have more than all others together.
_MOST = 0.5


def suggest_roles(words: Mapping[str, int], questions: Mapping[str, int]) -> dict[str, Role]:
    """A role for each speaker of ``words`` (their number by speaker); ``questions`` counts question marks.

    Of two, who says clearly more is the participant and the other the interviewer, unless the first also
    asks more than the other. Everything unclear, and a single speaker, is unknown.
    """
    roles = dict.fromkeys(words, Role.UNKNOWN)
    total = sum(words.values())
    if len(words) < 2 or not total:
        return roles
    teller = max(words, key=lambda speaker: words[speaker])
    others = [speaker for speaker in words if speaker != teller and words[speaker]]
    if len(words) == 2 and others:
        asker = others[0]
        if words[teller] >= _CLEARLY_MORE * total and questions.get(teller, 0) <= max(
            1, questions.get(asker, 0)
        ):
            roles[teller], roles[asker] = Role.PARTICIPANT, Role.INTERVIEWER
    elif len(words) > 2 and words[teller] > _MOST * total:
        roles[teller] = Role.PARTICIPANT
    return roles
