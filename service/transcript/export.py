"""A transcript as text to read, WebVTT to play along, or JSON to compute with."""

from __future__ import annotations

from collections.abc import Iterable

from models.codec import to_json
from models.values import Marker, MarkerKind, Role, Speaker, Transcript, Utterance
from service.transcript.times import format_ms
from service.wording import marker_text

EXPORTS = {"text": "text/plain; charset=utf-8", "json": "application/json", "vtt": "text/vtt; charset=utf-8"}
"""Media type of each format."""

IN_TEXT = (MarkerKind.PAUSE, MarkerKind.INAUDIBLE)
"""The kinds of marker that stand between the lines of a text."""


def export(transcript: Transcript, form: str) -> bytes:
    """The whole transcript in ``form``, one of :data:`EXPORTS`."""
    match form:
        case "json":
            return to_json(transcript)
        case "vtt":
            return vtt(transcript.utterances, transcript.speakers).encode()
        case "text":
            return text(transcript.utterances, transcript.speakers, transcript.markers).encode()
        case _:
            raise ValueError("no such format")


def speaker_names(speakers: Iterable[Speaker]) -> dict[str, str]:
    """How each label is shown: its role, with the label when several share the role, or the label itself."""
    known = tuple(speakers)
    roles = [speaker.role for speaker in known]
    names = {}
    for speaker in known:
        role = speaker.role.capitalize()
        alone = roles.count(speaker.role) == 1
        names[speaker.label] = (
            speaker.label if speaker.role is Role.UNKNOWN else role if alone else f"{role} {speaker.label}"
        )
    return names


def text(utterances: Iterable[Utterance], speakers: Iterable[Speaker], markers: Iterable[Marker]) -> str:
    """One line an utterance with its time and speaker; pauses and inaudible stretches stand between."""
    names = speaker_names(speakers)
    lines = []
    for utterance in utterances:
        name = names.get(utterance.speaker, utterance.speaker)
        lines.append((utterance.start_ms, 1, f"[{format_ms(utterance.start_ms)}] {name}: {utterance.text}"))
    for marker in markers:
        if marker.kind in IN_TEXT:
            lines.append((marker.start_ms, 0, f"[{format_ms(marker.start_ms)}] ({marker_text(marker)})"))
    return "".join(f"{line}\n" for _, _, line in sorted(lines))


def vtt(utterances: Iterable[Utterance], speakers: Iterable[Speaker]) -> str:
    """WebVTT (W3C): one cue an utterance, the speaker as its voice."""
    names = speaker_names(speakers)
    cues = ["WEBVTT\n"]
    for utterance in utterances:
        start, end = (format_ms(ms, fraction=True) for ms in (utterance.start_ms, utterance.end_ms))
        name = names.get(utterance.speaker, utterance.speaker)
        cues.append(f"{utterance.id}\n{start} --> {end}\n<v {name}>{_escaped(utterance.text)}\n")
    return "\n".join(cues)


def _escaped(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
