"""Stored values into the API's shapes. Neutral: both sides use it, so it knows neither store."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

from models.problems import ProblemCode, describe
from models.values import Speaker, Utterance, Word
from service import marker_sentences, wording
from service.api import schemas
from service.transcript.export import EXPORTS
from service.transcript.reading import Instant, Outline, StoredMarker
from service.transcript.search import Found

TRANSCRIPT_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The transcript.",
        "content": {
            kind: {"schema": {"type": "object" if form == "json" else "string"}}
            for form, kind in EXPORTS.items()
        },
    }
}
"""How both sides describe a transcript as a file, in FastAPI's own form."""


def problem(code: ProblemCode | None) -> schemas.Notice | None:
    return None if code is None else schemas.Notice(code=code, message=describe(code))


def notices(codes: Iterable[str]) -> list[schemas.Notice]:
    return [schemas.Notice(code=code, message=wording.notice(code)) for code in codes]


def speaker(value: Speaker, name: str | None = None) -> schemas.Speaker:
    return schemas.Speaker(
        label=value.label,
        name=name,
        role=value.role,
        suggested=value.suggested,
        speech_ms=value.speech_ms,
        words=value.words,
    )


def word(value: Word) -> schemas.Word:
    return schemas.Word.model_construct(
        id=value.id,
        start_ms=value.start_ms,
        end_ms=value.end_ms,
        text=value.text,
        speaker=value.speaker,
        confidence=value.confidence,
        speaker_confidence=value.speaker_confidence,
        redaction=value.redaction,
        speaker_margin=value.speaker_margin,
        timing=value.timing,
        disfluency=value.disfluency,
    )


def utterance(value: Utterance) -> schemas.Utterance:
    return schemas.Utterance.model_construct(
        id=value.id,
        speaker=value.speaker,
        start_ms=value.start_ms,
        end_ms=value.end_ms,
        words=[word(spoken) for spoken in value.words],
    )


def marker(stored: StoredMarker) -> schemas.Marker:
    fields = {field.name: getattr(stored.marker, field.name) for field in dataclasses.fields(stored.marker)}
    return schemas.Marker(
        id=stored.id,
        text=wording.marker_text(stored.marker),
        sentence=marker_sentences.marker_sentence(stored.marker),
        sureness=marker_sentences.sureness(stored.marker.confidence),
        **fields,
    )


def instant(value: Instant) -> schemas.Instant:
    first, *others = (*map(utterance, value.utterances), None)
    return schemas.Instant(
        ms=value.ms,
        utterance=first,
        overlapping=[other for other in others if other is not None],
        word=word(value.word) if value.word else None,
        before=utterance(value.before) if value.before else None,
        after=utterance(value.after) if value.after else None,
        markers=[marker(stored) for stored in value.markers],
    )


def moments(found: Found, titles: Mapping[str, tuple[str | None, str]]) -> schemas.Moments:
    """``titles`` gives the study id, if any, and the title of each interview."""
    shaped = []
    for moment in found.moments:
        name, title = titles[moment.interview_id]
        starts = [0]
        for spoken in moment.utterance.words:
            starts.append(starts[-1] + len(spoken.text) + 1)
        shaped.append(
            schemas.Moment(
                interview_id=moment.interview_id,
                name=name,
                title=title,
                utterance_id=moment.utterance.id,
                speaker=moment.speaker,
                role=moment.role,
                start_ms=moment.start_ms,
                end_ms=moment.end_ms,
                text=moment.utterance.text,
                matches=[(starts[first], starts[last + 1] - 1) for first, last in moment.matches],
            )
        )
    return schemas.Moments(moments=shaped, total=found.total)


def outline(value: Outline) -> schemas.Outline:
    return schemas.Outline(
        ids=list(value.ids),
        start_ms=list(value.start_ms),
        end_ms=list(value.end_ms),
        speaker=list(value.speakers),
        chars=list(value.chars),
    )
