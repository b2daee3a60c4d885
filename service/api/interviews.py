"""Interviews of the vault: words and utterances by time, markers, roles, redactions, release."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi import Path as PathParameter

from models.problems import RecordingProblem
from models.values import MarkerKind
from service.accounts.permissions import Action
from service.api import schemas, shaping
from service.api.problems import Problem, not_found, responses
from service.api.references import Group, RoleName, Wave
from service.api.rights import Who, allowed
from service.api.state import Service, State, interview_by_reference
from service.correcting.corrections import TranscriptChanged
from service.review.names import search_again
from service.review.passing_on import bring_up_to_date
from service.review.release import ReleaseRefused, release, take_back
from service.transcript import reading
from service.transcript.readers import ConnectionReader
from service.transcript.selecting import NoSuchRole, Selection, chosen_interviews
from service.vault import interviews as vault_interviews
from service.vault.interviews import StoredInterview
from service.vault.recordings import recordings_of

router = APIRouter(prefix="/api/interviews", tags=["interviews"])

Reference = Annotated[
    str, PathParameter(max_length=64, description="Study id (any spelling) or internal id.")
]
From = Annotated[schemas.Ms, Query()]
To = Annotated[schemas.Ms | None, Query()]
LONGEST_PAGE = 2000


def required(service: State, reference: str) -> StoredInterview:
    """The interview, which has a transcript; ends the request otherwise."""
    found = interview_by_reference(service, reference)
    if found is None:
        raise not_found("interview")
    if found.revision is None:
        raise Problem(
            HTTPStatus.NOT_FOUND, "The interview has no transcript yet; its recording is still at work."
        )
    return found


@contextmanager
def read_interview(service: State, reference: str) -> Iterator[tuple[StoredInterview, ConnectionReader]]:
    found = required(service, reference)
    with service.vault.engine.connect() as connection:
        yield found, ConnectionReader(connection)


@router.get("", operation_id="list_interviews", dependencies=[allowed(Action.SEE_RECORDINGS)])
def list_interviews(
    service: Service, group: Group = None, role: RoleName = None, wave: Wave = None
) -> schemas.Interviews:
    """Every interview with a transcript, or those of a group, role or wave."""
    selection = Selection(group, role, wave)
    with service.vault.engine.connect() as connection:
        reader = ConnectionReader(connection)
        try:
            chosen = {one.id for one in chosen_interviews(reader, selection)} if selection.chooses else None
        except NoSuchRole as error:
            raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from None
        return schemas.Interviews(
            interviews=[
                schemas.InterviewSummary(
                    id=found.id,
                    name=found.name,
                    title=found.title,
                    duration_ms=found.duration_ms or 0,
                    language=found.language or "",
                    released=found.released_at is not None,
                    speakers=[shaping.speaker(value) for value in reading.speakers(reader, found.id)],
                )
                for found in vault_interviews.list_interviews(connection)
                if chosen is None or found.id in chosen
            ]
        )


@router.get("/{reference}", operation_id="get_interview", dependencies=[allowed(Action.READ_TRANSCRIPTS)])
def get_interview(service: Service, reference: Reference) -> schemas.Interview:
    """One interview without its words."""
    found = required(service, reference)
    with service.vault.engine.connect() as connection:
        reader = ConnectionReader(connection)
        head = reading.head(reader, found.id)
        if head is None:
            raise not_found("interview")
        speakers = reading.speakers(reader, found.id)
        recordings = recordings_of(connection, found.id)
        names = vault_interviews.speaker_names_of(connection, found.id)
        return schemas.Interview(
            id=found.id,
            name=found.name,
            title=found.title,
            group=found.group,
            role=found.role,
            wave=found.wave,
            duration_ms=head.duration_ms,
            language=head.language,
            revision=head.revision,
            speakers=[shaping.speaker(value, names.get(value.label)) for value in speakers],
            notices=shaping.notices(head.notices),
            recording_id=recordings[0].id if recordings else None,
            utterances=len(reading.outline(reader, found.id).ids),
            words=sum(value.words for value in speakers),
            redactions=len(vault_interviews.redactions_of(connection, found.id)),
            released_at=found.released_at,
            released_revision=found.released_revision,
            corrections=vault_interviews.corrections_count(connection, found.id),
            names_outdated=found.names_outdated,
            verbatim=service.settings.verbatim,
            provenance=[
                schemas.Provenance(
                    stage=made.stage,
                    model=made.model,
                    version=made.version,
                    parameters=dict(made.parameters),
                )
                for made in head.provenance
            ],
        )


@router.get(
    "/{reference}/utterances", operation_id="list_utterances", dependencies=[allowed(Action.READ_TRANSCRIPTS)]
)
def list_utterances(
    service: Service,
    reference: Reference,
    from_ms: From = 0,
    to_ms: To = None,
    after: Annotated[int, Query(ge=-1, le=2**31 - 1)] = -1,
    limit: Annotated[int, Query(ge=1, le=LONGEST_PAGE)] = 500,
) -> schemas.Utterances:
    """Utterances that overlap a time range, with their words, a page at a time."""
    with read_interview(service, reference) as (found, reader):
        page = reading.utterances_between(reader, found.id, from_ms, to_ms, after=after, limit=limit)
    return schemas.Utterances(
        utterances=[shaping.utterance(value) for value in page],
        next=page[-1].id if len(page) == limit else None,
    )


@router.get(
    "/{reference}/outline", operation_id="get_outline", dependencies=[allowed(Action.READ_TRANSCRIPTS)]
)
def get_outline(service: Service, reference: Reference) -> schemas.Outline:
    """All utterances as columns, without words: what a page needs to lay out the whole interview."""
    with read_interview(service, reference) as (found, reader):
        outline = reading.outline(reader, found.id)
    return shaping.outline(outline)


@router.get("/{reference}/words", operation_id="list_words", dependencies=[allowed(Action.READ_TRANSCRIPTS)])
def list_words(service: Service, reference: Reference, from_ms: From = 0, to_ms: To = None) -> schemas.Words:
    """Words that overlap a time range, at most 20,000."""
    with read_interview(service, reference) as (found, reader):
        words = reading.words_between(reader, found.id, from_ms, to_ms)
    return schemas.Words(words=[shaping.word(value) for value in words])


@router.get("/{reference}/at", operation_id="get_instant", dependencies=[allowed(Action.READ_TRANSCRIPTS)])
def get_instant(service: Service, reference: Reference, ms: From) -> schemas.Instant:
    """What was being said at a time, by whom, with which markers."""
    with read_interview(service, reference) as (found, reader):
        return shaping.instant(reading.at(reader, found.id, ms))


@router.get(
    "/{reference}/markers", operation_id="list_markers", dependencies=[allowed(Action.READ_TRANSCRIPTS)]
)
def list_markers(
    service: Service,
    reference: Reference,
    kind: MarkerKind | None = None,
    from_ms: From = 0,
    to_ms: To = None,
) -> schemas.Markers:
    """Markers that overlap a time range, of one kind or all."""
    with read_interview(service, reference) as (found, reader):
        stored = reading.markers_between(reader, found.id, from_ms, to_ms, kind)
    return schemas.Markers(markers=[shaping.marker(value) for value in stored])


@router.get(
    "/{reference}/redactions", operation_id="list_redactions", dependencies=[allowed(Action.READ_TRANSCRIPTS)]
)
def list_redactions(service: Service, reference: Reference) -> schemas.Redactions:
    """What will be replaced before a coder reads the interview."""
    found = required(service, reference)
    with service.vault.engine.connect() as connection:
        redactions = vault_interviews.redactions_of(connection, found.id)
    return schemas.Redactions(redactions=[schemas.Redaction.model_validate(value) for value in redactions])


@router.get(
    "/{reference}/doubtful", operation_id="list_doubtful", dependencies=[allowed(Action.READ_TRANSCRIPTS)]
)
def list_doubtful(
    service: Service,
    reference: Reference,
    kind: Annotated[
        Literal["speaker", "words"], Query(description="Doubtful by who said it, or by what it is.")
    ] = "words",
    limit: Annotated[int, Query(ge=1, le=20_000)] = 2_000,
) -> schemas.DoubtfulWords:
    """The words most worth looking at, in order of time."""
    with read_interview(service, reference) as (found, reader):
        words = reading.doubtful_words(reader, found.id, of_speaker=kind == "speaker", limit=limit)
    return schemas.DoubtfulWords(
        words=[schemas.DoubtfulWord(utterance=number, word=shaping.word(value)) for number, value in words]
    )


@router.get(
    "/{reference}/dropped", operation_id="list_dropped", dependencies=[allowed(Action.READ_TRANSCRIPTS)]
)
def list_dropped(service: Service, reference: Reference) -> schemas.DroppedWords:
    """What was recognised and left out of the transcript, and why."""
    found = required(service, reference)
    with service.vault.engine.connect() as connection:
        left_out = vault_interviews.dropped_of(connection, found.id)
    return schemas.DroppedWords(dropped=[schemas.Dropped.model_validate(value) for value in left_out])


@router.post(
    "/{reference}/names",
    operation_id="search_names",
    dependencies=[allowed(Action.RELEASE)],
    responses=responses(HTTPStatus.CONFLICT),
)
def search_names(service: Service, who: Who, reference: Reference) -> schemas.Interview:
    """Look for names again in the words as they are now. Takes a few seconds."""
    found = required(service, reference)
    try:
        search_again(service.vault, service.settings, found.id, who.name)
    except TranscriptChanged:
        raise Problem(
            HTTPStatus.CONFLICT, "The transcript was corrected meanwhile. Look for names once more."
        ) from None
    except RecordingProblem as problem:
        raise Problem(HTTPStatus.CONFLICT, str(problem)) from None
    bring_up_to_date(service.vault, service.coding, (found.id,))
    return get_interview(service, reference)


@router.post(
    "/{reference}/release",
    operation_id="release_interview",
    dependencies=[allowed(Action.RELEASE)],
    responses=responses(HTTPStatus.CONFLICT),
)
def release_interview(service: Service, who: Who, reference: Reference) -> schemas.Interview:
    """Pass the anonymised transcript, its markers and the redacted sound to the coding store."""
    found = required(service, reference)
    try:
        release(service.vault, service.coding, found, steward=who.name)
    except ReleaseRefused as refused:
        raise Problem(HTTPStatus.CONFLICT, str(refused)) from None
    return get_interview(service, reference)


@router.delete(
    "/{reference}/release", operation_id="take_back_release", dependencies=[allowed(Action.RELEASE)]
)
def take_back_release(service: Service, who: Who, reference: Reference) -> schemas.Interview:
    """Take the interview out of the coding store again."""
    found = required(service, reference)
    take_back(service.vault, service.coding, found.id, steward=who.name)
    return get_interview(service, reference)
