"""Stretches as they can be quoted in print."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter

from models.problems import RecordingProblem
from service.accounts.permissions import Action
from service.api import quote_schemas as schemas
from service.api.interviews import Reference, required
from service.api.problems import Problem, responses
from service.api.rights import allowed
from service.api.state import Service
from service.review.quoting import Quote, QuoteRefused, quote_for_print

router = APIRouter(prefix="/api/interviews", tags=["interviews"])


@router.post(
    "/{reference}/pronouns",
    operation_id="suggest_pronouns",
    dependencies=[allowed(Action.READ_TRANSCRIPTS)],
    responses=responses(HTTPStatus.CONFLICT),
)
def suggest_pronouns(service: Service, reference: Reference, stretch: schemas.Stretch) -> schemas.Quote:
    """A stretch as it can be quoted: its words as coders read them, with pronouns for print as suggestions.

    Nothing is changed. Takes a few seconds.
    """
    found = required(service, reference)
    try:
        quote = quote_for_print(service.vault, service.settings, found, stretch.from_ms, stretch.to_ms)
    except (QuoteRefused, RecordingProblem) as refused:
        raise Problem(HTTPStatus.CONFLICT, str(refused)) from None
    return _shaped(quote)


def _shaped(quote: Quote) -> schemas.Quote:
    return schemas.Quote(
        utterances=[schemas.QuotedUtterance.model_validate(one) for one in quote.utterances],
        people=[schemas.QuotedPerson.model_validate(one) for one in quote.people],
        suggestions=[
            schemas.PronounSuggestion(
                changes=[schemas.WordChange.model_validate(change) for change in one.changes],
                person=one.person,
                certainty=one.certainty,
                why=one.why,
                meant=None if one.meant_id is None else quote.meant.get(one.meant_id),
            )
            for one in quote.suggestions
        ],
        note=quote.note,
    )
