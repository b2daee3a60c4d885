"""A transcript as text to read, WebVTT to play along, or JSON to compute with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from models.codec import to_json
from models.disfluency import clean
from models.values import Marker, MarkerKind, Role, Speaker, Transcript, Utterance
from service.transcript.times import format_ms
from service.wording import marker_text

EXPORTS = {"text": "text/plain; charset=utf-8", "json": "application/json", "vtt": "text/vtt; charset=utf-8"}
"""Media type of each format."""

_WITHIN_TEXT = {
    MarkerKind.INAUDIBLE: "[inaudible]",
    MarkerKind.FILLER: "[filler]",
    MarkerKind.LAUGHTER: "(laughs)",
    MarkerKind.BREATH: "(breathes)",
    MarkerKind.COUGH: "(coughs)",
}
"""Those that stand between words, as what was heard there instead of one."""

IN_TEXT = (MarkerKind.PAUSE, *_WITHIN_TEXT)
"""The kinds of marker that stand in a text. Crying is a candidate until a person says so: it does not."""

_OF_DISFLUENT_WORDS = (MarkerKind.FILLER, MarkerKind.DISFLUENCY)

NO_NAMES: Mapping[str, str] = {}


def export(
    transcript: Transcript, form: str, verbatim: bool = True, names: Mapping[str, str] = NO_NAMES
) -> bytes:
    """The whole transcript in ``form``, one of :data:`EXPORTS`.

    Without ``verbatim``, the same words but for fillers, repetitions, false starts and cut-off words. ``names`` are how
    a person called the speakers, by label: for the spoken version only.
    """
    if not verbatim:
        transcript = clean_reading(transcript)
    match form:
        case "json":
            return to_json(transcript)
        case "vtt":
            return vtt(transcript.utterances, transcript.speakers, names).encode()
        case "text":
            return text(transcript.utterances, transcript.speakers, transcript.markers, names).encode()
        case _:
            raise ValueError("no such format")


def clean_reading(transcript: Transcript) -> Transcript:
    """The transcript without disfluent words and filler sounds. The rest keeps its ids and times."""
    return replace(
        transcript,
        utterances=clean(transcript.utterances),
        markers=tuple(one for one in transcript.markers if one.kind not in _OF_DISFLUENT_WORDS),
    )


def speaker_names(speakers: Iterable[Speaker], given: Mapping[str, str] = NO_NAMES) -> dict[str, str]:
    """How each label is shown: the name a person gave it, else its role, with the label when several share the role, or
    the label itself."""
    known = tuple(speakers)
    roles = [speaker.role for speaker in known]
    names = {}
    for speaker in known:
        role = speaker.role.capitalize()
        alone = roles.count(speaker.role) == 1
        names[speaker.label] = given.get(speaker.label) or (
            speaker.label if speaker.role is Role.UNKNOWN else role if alone else f"{role} {speaker.label}"
        )
    return names


def text(
    utterances: Iterable[Utterance],
    speakers: Iterable[Speaker],
    markers: Iterable[Marker],
    given: Mapping[str, str] = NO_NAMES,
) -> str:
    """One line an utterance with its time and speaker; pauses stand between the lines, what could not be made out
    where it was heard."""
    names = speaker_names(speakers, given)
    waiting = sorted((marker for marker in markers if marker.kind in IN_TEXT), key=lambda one: one.start_ms)
    lines = []
    for utterance in utterances:
        inside = [marker for marker in waiting if _is_within(marker, utterance)]
        waiting = [marker for marker in waiting if marker not in inside]
        name = names.get(utterance.speaker, utterance.speaker)
        said = " ".join(_said(utterance, inside))
        lines.append((utterance.start_ms, 1, f"[{format_ms(utterance.start_ms)}] {name}: {said}"))
    for marker in waiting:
        said = _WITHIN_TEXT.get(marker.kind) or f"({marker_text(marker)})"
        lines.append((marker.start_ms, 0, f"[{format_ms(marker.start_ms)}] {said}"))
    return "".join(f"{line}\n" for _, _, line in sorted(lines))


def _is_within(marker: Marker, utterance: Utterance) -> bool:
    middle = (marker.start_ms + marker.end_ms) // 2
    inside = utterance.start_ms <= middle < utterance.end_ms
    return marker.kind in _WITHIN_TEXT and inside and marker.speaker in (None, utterance.speaker)


def _said(utterance: Utterance, inside: Iterable[Marker]) -> Iterator[str]:
    """The words of the utterance, and what stands between them."""
    pieces = [(word.start_ms, word.text) for word in utterance.words]
    pieces += [((marker.start_ms + marker.end_ms) // 2, _WITHIN_TEXT[marker.kind]) for marker in inside]
    return (piece for _, piece in sorted(pieces, key=lambda one: one[0]))


def vtt(
    utterances: Iterable[Utterance], speakers: Iterable[Speaker], given: Mapping[str, str] = NO_NAMES
) -> str:
    """WebVTT (W3C): one cue an utterance, the speaker as its voice."""
    names = speaker_names(speakers, given)
    cues = ["WEBVTT\n"]
    for utterance in utterances:
        start, end = (format_ms(ms, fraction=True) for ms in (utterance.start_ms, utterance.end_ms))
        name = names.get(utterance.speaker, utterance.speaker)
        cues.append(f"{utterance.id}\n{start} --> {end}\n<v {_escaped(name)}>{_escaped(utterance.text)}\n")
    return "\n".join(cues)


def _escaped(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
