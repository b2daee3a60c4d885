"""A transcript as text to read, WebVTT to play along, or JSON to compute with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from models.codec import to_json
from models.disfluency import clean
from models.values import MarkerKind, Role, Speaker, Transcript
from service.transcript.notation import DEFAULT, Between, Notation, Written, write
from service.transcript.notation.legend import legend_lines
from service.transcript.times import format_ms

EXPORTS = {"text": "text/plain; charset=utf-8", "json": "application/json", "vtt": "text/vtt; charset=utf-8"}
"""Media type of each format."""

_OF_DISFLUENT_WORDS = (MarkerKind.FILLER, MarkerKind.DISFLUENCY)

NO_NAMES: Mapping[str, str] = {}


def export(
    transcript: Transcript,
    form: str,
    verbatim: bool = True,
    names: Mapping[str, str] = NO_NAMES,
    notation: Notation = DEFAULT,
) -> bytes:
    """The whole transcript in ``form``, one of :data:`EXPORTS`.

    Without ``verbatim``, the same words but for fillers, repetitions, false starts and cut-off words. ``names`` are how
    a person called the speakers, by label: for the spoken version only. ``notation`` is how markers are written; JSON
    has them as data and none.
    """
    if form == "json":
        return to_json(transcript if verbatim else clean_reading(transcript))
    written = write(transcript.utterances, transcript.markers, notation, verbatim)
    match form:
        case "vtt":
            return vtt(written, transcript.speakers, names).encode()
        case "text":
            return text(written, transcript.speakers, names).encode()
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


def text(written: Written, speakers: Iterable[Speaker], given: Mapping[str, str] = NO_NAMES) -> str:
    """One line an utterance with its time and speaker; what was heard between them on lines of its own. At the foot,
    what the signs mean, where they don't say it themselves."""
    names = speaker_names(speakers, given)
    lines = []
    for line in written.lines:
        if isinstance(line, Between):
            lines.append(f"[{format_ms(line.marker.start_ms)}] {line.text}")
        else:
            name = names.get(line.utterance.speaker, line.utterance.speaker)
            lines.append(f"[{format_ms(line.utterance.start_ms)}] {name}: {line.text}")
    told = list(legend_lines(written.notation, written.markers))
    return "".join(f"{line}\n" for line in [*lines, *([""] if told else []), *told])


def vtt(written: Written, speakers: Iterable[Speaker], given: Mapping[str, str] = NO_NAMES) -> str:
    """WebVTT (W3C): one cue an utterance, the speaker as its voice; what was heard between them has none. What the
    signs mean is a note at the head."""
    names = speaker_names(speakers, given)
    cues = ["WEBVTT\n"]
    told = [_escaped(line) for line in legend_lines(written.notation, written.markers)]
    if told:
        cues.append("\n".join(["NOTE", *told]) + "\n")
    for line in written.lines:
        if isinstance(line, Between):
            continue
        utterance = line.utterance
        start, end = (format_ms(ms, fraction=True) for ms in (utterance.start_ms, utterance.end_ms))
        name = names.get(utterance.speaker, utterance.speaker)
        cues.append(f"{utterance.id}\n{start} --> {end}\n<v {_escaped(name)}>{_escaped(line.text)}\n")
    return "\n".join(cues)


def _escaped(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
