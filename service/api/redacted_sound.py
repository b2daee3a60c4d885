"""The redacted sound of interviews in the vault: how far it is, listening to it, and judging what the check found."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, Request
from starlette.responses import Response, StreamingResponse

from models.problems import describe
from service.accounts.permissions import Action
from service.api import schemas
from service.api import sound_schemas as shapes
from service.api.interviews import Reference, required
from service.api.problems import Problem, not_found, responses
from service.api.rights import Who, allowed
from service.api.sound import SOUND_ANSWERS, audio_answer, damage_told, peaks_answer
from service.api.state import Service, State
from service.encrypted_files import EncryptedFile
from service.redacted_sound.queueing import SoundProgress, SoundState, progress_of, queue_sound
from service.redacted_sound.renditions import Rendition, current_rendition, judge_place, rendition_of
from service.redacted_sound.silenced import let_sound, silence, silenced_of
from service.vault.events import record_event

router = APIRouter(prefix="/api/interviews", tags=["redacted sound"])

_DAMAGED = "The redacted sound is damaged in the vault. Let it be made again."


@router.get(
    "/{reference}/sound", operation_id="get_redacted_sound", dependencies=[allowed(Action.READ_TRANSCRIPTS)]
)
def get_redacted_sound(service: Service, reference: Reference) -> shapes.RedactedSound:
    """How far the sound that coders will hear is, what is masked in it, and what has to be listened to."""
    found = required(service, reference)
    vault = service.vault
    with vault.engine.connect() as connection:
        progress = progress_of(connection, vault.sound, found.id)
        kept = rendition_of(connection, found.id)
        silenced = silenced_of(connection, found.id)
    if progress.state is SoundState.OUTDATED and current_rendition(
        vault.engine, vault.artefacts, vault.sound, found.id
    ):
        # What changed is nothing that is heard, such as a stand-in.
        progress = SoundProgress(SoundState.READY)
    return shapes.RedactedSound(
        state=progress.state,
        message=_message(progress, kept),
        percent=progress.percent,
        made_at=kept.made_at if kept else None,
        masked=[shapes.SoundStretch.model_validate(span) for span in kept.masked] if kept else [],
        checked=kept.checked if kept else None,
        widened=kept.widened if kept else None,
        places=[shapes.SoundPlace.model_validate(place) for place in kept.places] if kept else [],
        silenced=[shapes.SilencedStretch.model_validate(one) for one in silenced],
    )


def _message(progress: SoundProgress, kept: Rendition | None) -> str:
    match progress.state:
        case SoundState.MAKING:
            return "The redacted sound is being made."
        case SoundState.FAILED:
            why = describe(progress.problem) if progress.problem else ""
            return f"The redacted sound could not be made. {why} Let it be made again.".replace("  ", " ")
        case SoundState.OUTDATED:
            return "The redacted sound has to be made again: by itself once nothing was changed for a while, or now."
        case SoundState.READY:
            if kept is not None and (places := len(kept.open_places)):
                return (
                    f"The redacted sound is there. Places to listen to before it can be released: {places}."
                )
            return "The redacted sound is ready."


@router.post(
    "/{reference}/sound",
    status_code=HTTPStatus.ACCEPTED,
    operation_id="make_redacted_sound",
    dependencies=[allowed(Action.RELEASE)],
    responses=responses(HTTPStatus.CONFLICT),
)
def make_redacted_sound(service: Service, who: Who, reference: Reference) -> shapes.RedactedSound:
    """Let the redacted sound be made now, instead of when nothing was changed for a while."""
    found = required(service, reference)
    vault = service.vault
    if current_rendition(vault.engine, vault.artefacts, vault.sound, found.id) is None:
        with vault.engine.begin() as connection:
            if queue_sound(connection, service.queue, found.id):
                record_event(connection, who.name, "sound_asked_for", found.id)
            elif progress_of(connection, vault.sound, found.id).state is not SoundState.MAKING:
                raise Problem(
                    HTTPStatus.CONFLICT,
                    "The recording is not done. Try it again; its redacted sound is made last.",
                )
    return get_redacted_sound(service, reference)


def _rendition(service: State, reference: str) -> Rendition:
    found = required(service, reference)
    with service.vault.engine.connect() as connection:
        kept = rendition_of(connection, found.id)
    if kept is None:
        raise not_found("redacted sound")
    return kept


def _file(service: State, digest: str) -> EncryptedFile:
    try:
        return service.vault.artefacts.file(digest)
    except FileNotFoundError:
        raise not_found("redacted sound") from None


@router.head(
    "/{reference}/sound/audio",
    response_class=StreamingResponse,
    operation_id="head_redacted_audio",
    dependencies=[allowed(Action.LISTEN)],
)
@router.get(
    "/{reference}/sound/audio",
    response_class=StreamingResponse,
    operation_id="get_redacted_audio",
    dependencies=[allowed(Action.LISTEN)],
    responses=SOUND_ANSWERS,
)
def get_redacted_audio(service: Service, request: Request, reference: Reference) -> Response:
    """The sound as coders will hear it, Opus in Ogg; answers Range requests. The last one that was made."""
    kept = _rendition(service, reference)
    with damage_told(_DAMAGED):
        return audio_answer(request, _file(service, kept.listening), "no-store")


@router.get(
    "/{reference}/sound/peaks",
    operation_id="get_redacted_peaks",
    dependencies=[allowed(Action.READ_TRANSCRIPTS)],
)
def get_redacted_peaks(service: Service, reference: Reference) -> schemas.Peaks:
    """What a waveform of it is drawn from."""
    kept = _rendition(service, reference)
    with damage_told(_DAMAGED):
        return peaks_answer(_file(service, kept.peaks))


@router.put(
    "/{reference}/sound/places/{number}",
    operation_id="judge_sound_place",
    dependencies=[allowed(Action.RELEASE)],
)
def judge_sound_place(
    service: Service, who: Who, reference: Reference, number: int, body: shapes.JudgedSoundPlace
) -> shapes.RedactedSound:
    """Say that somebody listened to a place and nothing is heard, or take that back."""
    found = required(service, reference)
    with service.vault.engine.begin() as connection:
        if not judge_place(connection, found.id, number, body.state, who.name):
            raise not_found("place")
    return get_redacted_sound(service, reference)


@router.post(
    "/{reference}/sound/silenced", operation_id="silence_stretch", dependencies=[allowed(Action.RELEASE)]
)
def silence_stretch(
    service: Service, who: Who, reference: Reference, body: shapes.NewSilence
) -> shapes.RedactedSound:
    """Take a stretch of at most a minute out of the sound by its time; the sound is then made again."""
    found = required(service, reference)
    end = min(body.to_ms, found.duration_ms or 0)
    with service.vault.engine.begin() as connection:
        try:
            silence(connection, found.id, body.from_ms, end, who.name)
        except ValueError:
            raise Problem(
                HTTPStatus.UNPROCESSABLE_ENTITY,
                "A stretch ends after it starts, lies in the interview and is at most a minute long.",
            ) from None
    return get_redacted_sound(service, reference)


@router.delete(
    "/{reference}/sound/silenced/{number}",
    operation_id="let_stretch_sound",
    dependencies=[allowed(Action.RELEASE)],
)
def let_stretch_sound(service: Service, who: Who, reference: Reference, number: int) -> shapes.RedactedSound:
    """Put a stretch back that was taken out by its time."""
    found = required(service, reference)
    with service.vault.engine.begin() as connection:
        if not let_sound(connection, found.id, number, who.name):
            raise not_found("silenced stretch")
    return get_redacted_sound(service, reference)
