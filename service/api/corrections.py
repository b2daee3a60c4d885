"""Correcting the transcript: words, utterances, speakers; undo and redo."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter
from fastapi import Path as PathParameter

from models.values import Transcript
from service.accounts.permissions import Action, Actor
from service.api import schemas, shaping
from service.api.interviews import Reference, required
from service.api.problems import Problem, not_found, responses
from service.api.rights import Who, allowed
from service.api.state import Service, State
from service.correcting import edits
from service.correcting.corrections import (
    Corrected,
    Correction,
    TranscriptChanged,
    corrections_of,
)
from service.correcting.edits import Edit, EditRefused
from service.correcting.telling import tell, words_of
from service.undoing import ChangeState
from service.vault.interviews import StoredInterview

router = APIRouter(prefix="/api/interviews", tags=["corrections"], responses=responses(HTTPStatus.CONFLICT))


@router.get(
    "/{reference}/corrections",
    operation_id="list_corrections",
    dependencies=[allowed(Action.READ_TRANSCRIPTS)],
)
def list_corrections(service: Service, reference: Reference) -> schemas.Corrections:
    """Every correction, the newest first: who, when, before, after."""
    found = required(service, reference)
    with service.vault.engine.connect() as connection:
        made = corrections_of(connection, found.id)
    undoable, redoable = _possible(made)
    return schemas.Corrections(
        revision=found.revision or 0,
        corrections=[_shape(one) for one in made],
        can_undo=undoable,
        can_redo=redoable,
    )


@router.post(
    "/{reference}/corrections/words", operation_id="correct_words", dependencies=[allowed(Action.CORRECT)]
)
def correct_words(
    service: Service, who: Who, reference: Reference, body: schemas.ChangeWords
) -> schemas.Corrected:
    """Write neighbouring words of an utterance otherwise; without text they go."""
    return _correct(
        service,
        who,
        reference,
        body.revision,
        lambda transcript, next_word: edits.change_words(
            transcript, body.utterance, body.word_ids, body.text, next_word
        ),
    )


@router.post(
    "/{reference}/corrections/insert", operation_id="insert_words", dependencies=[allowed(Action.CORRECT)]
)
def insert_words(
    service: Service, who: Who, reference: Reference, body: schemas.InsertWords
) -> schemas.Corrected:
    """Put words in, after a word or before the first."""
    return _correct(
        service,
        who,
        reference,
        body.revision,
        lambda transcript, next_word: edits.insert_words(
            transcript, body.utterance, body.after, body.text, next_word
        ),
    )


@router.post(
    "/{reference}/corrections/split", operation_id="split_utterance", dependencies=[allowed(Action.CORRECT)]
)
def split_utterance(
    service: Service, who: Who, reference: Reference, body: schemas.Split
) -> schemas.Corrected:
    """Begin a new utterance with a word."""
    return _correct(
        service,
        who,
        reference,
        body.revision,
        lambda transcript, _: edits.split(transcript, body.utterance, body.before),
    )


@router.post(
    "/{reference}/corrections/merge", operation_id="merge_utterances", dependencies=[allowed(Action.CORRECT)]
)
def merge_utterances(
    service: Service, who: Who, reference: Reference, body: schemas.Merge
) -> schemas.Corrected:
    """Make two utterances that follow one another one."""
    return _correct(
        service,
        who,
        reference,
        body.revision,
        lambda transcript, _: edits.merge(transcript, body.first, body.second),
    )


@router.post(
    "/{reference}/corrections/speaker", operation_id="give_to_speaker", dependencies=[allowed(Action.CORRECT)]
)
def give_to_speaker(
    service: Service, who: Who, reference: Reference, body: schemas.GiveTo
) -> schemas.Corrected:
    """Give words, an utterance, or all of its speaker from there on, to another speaker."""
    return _correct(
        service,
        who,
        reference,
        body.revision,
        lambda transcript, _: edits.give_to(
            transcript, body.speaker, body.scope, body.utterance, body.word_ids
        ),
    )


@router.post(
    "/{reference}/corrections/undo", operation_id="undo_correction", dependencies=[allowed(Action.CORRECT)]
)
def undo_correction(
    service: Service, who: Who, reference: Reference, body: schemas.OnRevision
) -> schemas.Corrected:
    """Take back the latest correction."""
    return _made(service, reference, lambda found: service.corrector.undo(found.id, body.revision, who.name))


@router.post(
    "/{reference}/corrections/redo", operation_id="redo_correction", dependencies=[allowed(Action.CORRECT)]
)
def redo_correction(
    service: Service, who: Who, reference: Reference, body: schemas.OnRevision
) -> schemas.Corrected:
    """Do again what was undone last."""
    return _made(service, reference, lambda found: service.corrector.redo(found.id, body.revision, who.name))


@router.patch(
    "/{reference}/speakers/{label}", operation_id="describe_speaker", dependencies=[allowed(Action.CORRECT)]
)
def describe_speaker(
    service: Service,
    who: Who,
    reference: Reference,
    label: Annotated[str, PathParameter(max_length=16)],
    body: schemas.Description,
) -> schemas.Corrected:
    """Say who a voice is in the interview, and how it is called."""

    def describe(found: StoredInterview) -> Corrected:
        revision = (found.revision or 0) if body.revision is None else body.revision
        try:
            return service.corrector.describe(found.id, revision, who.name, label, body.role, body.name)
        except KeyError:
            raise not_found("speaker") from None

    return _made(service, reference, describe)


def _correct(
    service: State, who: Actor, reference: str, revision: int, edit: Callable[[Transcript, int], Edit]
) -> schemas.Corrected:
    return _made(
        service, reference, lambda found: service.corrector.correct(found.id, revision, who.name, edit)
    )


def _made(service: State, reference: str, make: Callable[[StoredInterview], Corrected]) -> schemas.Corrected:
    found = required(service, reference)
    try:
        done = make(found)
    except EditRefused as refused:
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, str(refused)) from None
    except TranscriptChanged:
        raise Problem(
            HTTPStatus.CONFLICT, "The transcript was changed meanwhile. Load it again, then correct it."
        ) from None
    with service.vault.engine.connect() as connection:
        undoable, redoable = _possible(corrections_of(connection, found.id))
    return schemas.Corrected(
        correction=_shape(done.correction),
        revision=done.revision,
        utterances=[shaping.utterance(value) for value in done.put],
        removed=list(done.removed),
        speakers=[shaping.speaker(value, done.names.get(value.label)) for value in done.transcript.speakers],
        can_undo=undoable,
        can_redo=redoable,
    )


def _possible(made: tuple[Correction, ...]) -> tuple[bool, bool]:
    states = {one.state for one in made}
    return ChangeState.DONE in states, ChangeState.UNDONE in states


def _shape(value: Correction) -> schemas.Correction:
    return schemas.Correction(
        id=value.id,
        at=value.at,
        by=value.actor,
        kind=value.kind,
        start_ms=value.start_ms,
        end_ms=value.end_ms,
        text=tell(value),
        before=words_of(value.before, value.after),
        after=words_of(value.after, value.before),
        undone=value.state is not ChangeState.DONE,
    )
