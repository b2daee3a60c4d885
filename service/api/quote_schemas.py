"""The shapes of quotes. docs/api.md describes the route that uses them."""

from __future__ import annotations

from models.standins.pronoun_cases import Pronoun
from models.standins.pronouns import Certainty, Why
from service.api.schemas import Ms, Schema


class Stretch(Schema):
    from_ms: Ms
    to_ms: Ms


class QuotedWord(Schema):
    id: int
    text: str


class QuotedUtterance(Schema):
    id: int
    speaker: str
    words: list[QuotedWord]


class QuotedPerson(Schema):
    """Somebody of the interview's group: the code and name of the role, and the pronoun in print."""

    code: str
    role: str
    pronoun: Pronoun


class WordChange(Schema):
    word_id: int
    before: str
    after: str


class PronounSuggestion(Schema):
    """The pronoun's word comes first in ``changes``; a verb that has to agree follows.

    ``person`` is the code of who is believed to be meant, ``meant`` the word that says so, as coders read it.
    """

    changes: list[WordChange]
    person: str
    certainty: Certainty
    why: Why
    meant: str | None


class Quote(Schema):
    """A stretch as coders read it. ``note`` says why there are no suggestions, where there can be none."""

    utterances: list[QuotedUtterance]
    people: list[QuotedPerson]
    suggestions: list[PronounSuggestion]
    note: str | None
