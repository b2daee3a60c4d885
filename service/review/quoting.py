"""A stretch of an interview as it can be quoted in print."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from models.anonymisation.identity import bare
from models.anonymisation.redact import apply_redactions
from models.standins.pronoun_cases import Pronoun
from models.standins.pronouns import LANGUAGE, Printed, Suggestion, words_for_role
from models.values import Anonymisation, Redaction, Role, Speaker, Transcript, Utterance, Word
from service.review.names import HOST
from service.settings import Settings
from service.study.applied import protocol_in_force
from service.study.participants import participant_of, refuses
from service.study.protocol import Consent, Participant
from service.transcript.readers import ConnectionReader
from service.transcript.reading import whole_transcript
from service.vault.interviews import StoredInterview, redactions_of, speaker_names_of
from service.vault.store import Vault

LONGEST_QUOTE_MS = 10 * 60_000
_UTTERANCES_BEFORE = 6
"""How many utterances before a stretch are read to know who is spoken of in it."""


class QuoteRefused(Exception):  # noqa: N818 - reads as what happened
    """The stretch can't be quoted; ``str()`` says why and what to do."""


@dataclass(frozen=True, slots=True)
class QuotedPerson:
    """Somebody of the interview's group, by the code and the name of their role."""

    code: str
    role: str
    pronoun: Pronoun


@dataclass(frozen=True, slots=True)
class Quote:
    """The words of a stretch as coders read them, by utterance, with suggestions of pronouns.

    ``meant`` are the words that name who a suggestion means, as coders read them, by word id. ``note`` says why there
    are no suggestions, when there can be none.
    """

    utterances: tuple[Utterance, ...]
    people: tuple[QuotedPerson, ...]
    suggestions: tuple[Suggestion, ...]
    meant: Mapping[int, str]
    note: str | None = None


def quote_for_print(
    vault: Vault, settings: Settings, interview: StoredInterview, from_ms: int, to_ms: int
) -> Quote:
    """What is said in [from_ms, to_ms), with suggestions for whom the protocol gives a pronoun in print.

    The models run in a process of their own, which ends with the reading. Raises :class:`QuoteRefused`, and
    RecordingProblem when the models can't work.
    """
    if not 0 < to_ms - from_ms <= LONGEST_QUOTE_MS:
        raise QuoteRefused("A quote can be ten minutes long at most. Select a shorter stretch.")
    with vault.engine.connect() as connection:
        spoken = whole_transcript(ConnectionReader(connection), interview.id)
        redactions = redactions_of(connection, interview.id)
        protocol = protocol_in_force(connection)
        participant = participant_of(connection, interview.id, protocol)
        called = _called(connection, interview.id)
    if refuses(participant, Consent.QUOTE):
        raise QuoteRefused(
            "The participant did not consent to being quoted. When that changes, say so in study.toml and try again."
        )
    if spoken is None:
        raise QuoteRefused("The interview has no transcript yet.")
    near = _near(spoken.utterances, from_ms, to_ms)
    printed = _as_coders_read(spoken, near, redactions)
    quoted = tuple(_cut(printed, from_ms, to_ms))
    if protocol is None or participant is None:
        return Quote(
            quoted,
            (),
            (),
            {},
            "Pronouns follow the roles of the study: give the interview its study id first.",
        )
    people = [one for one in protocol.participants.values() if one.group == participant.group]
    shown = tuple(
        QuotedPerson(one.role.code, one.role.name, Pronoun(one.role.pronoun.value)) for one in people
    )
    if spoken.language != LANGUAGE:
        return Quote(quoted, shown, (), {}, "Pronouns can be suggested in English interviews only.")
    wanted = frozenset(word.id for one in quoted for word in one.words if word.redaction is None)
    suggestions = _suggested(
        settings, near, tuple(_printed(people, participant, spoken.speakers, called)), wanted
    )
    texts = {word.id: word.text for one in printed for word in one.words}
    meant = {one.meant_id: texts.get(one.meant_id, "") for one in suggestions if one.meant_id is not None}
    return Quote(quoted, shown, suggestions, meant)


def _suggested(
    settings: Settings, near: Sequence[Utterance], people: tuple[Printed, ...], wanted: frozenset[int]
) -> tuple[Suggestion, ...]:
    from service.pipeline.child import ModelChild
    from service.pipeline.stages import models_config

    child = ModelChild(HOST, models_config(settings))
    try:
        suggestions: tuple[Suggestion, ...] = child.call("suggest_pronouns", near, people, wanted)
    finally:
        child.close()
    # A redacted word stays what it is, and so does one outside.
    return tuple(one for one in suggestions if wanted.issuperset(change.word_id for change in one.changes))


def _near(utterances: Sequence[Utterance], from_ms: int, to_ms: int) -> tuple[Utterance, ...]:
    """The utterances of the stretch, with some before it."""
    inside = [
        place
        for place, one in enumerate(utterances)
        if one.words and one.start_ms < to_ms and one.end_ms > from_ms
    ]
    if not inside:
        return ()
    first = max(0, inside[0] - _UTTERANCES_BEFORE)
    return tuple(one for one in utterances[first : inside[-1] + 1] if one.words)


def _as_coders_read(
    spoken: Transcript, near: tuple[Utterance, ...], redactions: tuple[Redaction, ...]
) -> tuple[Utterance, ...]:
    made = next((made for made in spoken.provenance if made.stage == "entities"), None)
    if made is None:
        raise QuoteRefused("Nobody has looked for names in this interview yet. Process it again first.")
    return apply_redactions(replace(spoken, utterances=near), Anonymisation(redactions, made)).utterances


def _cut(utterances: Iterable[Utterance], from_ms: int, to_ms: int) -> Iterator[Utterance]:
    """The utterances with no words but those that begin inside, or overlap it by half."""
    for utterance in utterances:
        words = tuple(word for word in utterance.words if _is_inside(word, from_ms, to_ms))
        if words:
            yield replace(utterance, words=words)


def _is_inside(word: Word, from_ms: int, to_ms: int) -> bool:
    return from_ms <= (word.start_ms + word.end_ms) // 2 < to_ms


def _called(connection: sa.Connection, interview_id: str) -> Mapping[str, frozenset[str]]:
    """The bare words of the names that voices were given, by label."""
    names = speaker_names_of(connection, interview_id)
    return {label: frozenset(filter(None, map(bare, name.split()))) for label, name in names.items()}


def _printed(
    people: Iterable[Participant],
    participant: Participant,
    speakers: Sequence[Speaker],
    called: Mapping[str, frozenset[str]],
) -> Iterator[Printed]:
    voices = [one.label for one in speakers if one.role is Role.PARTICIPANT]
    for one in people:
        own = one.id == participant.id
        voice = voices[0] if own and len(voices) == 1 else None
        names = called.get(voice, frozenset()) if voice else frozenset()
        yield Printed(
            one.role.code, Pronoun(one.role.pronoun.value), words_for_role(one.role.name) | names, voice
        )
