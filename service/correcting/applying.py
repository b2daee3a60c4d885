"""A transcript with the pieces of an edit taken away and put in. The same both ways: undoing is the same with the
pieces exchanged."""

from __future__ import annotations

from dataclasses import replace

from models.loudness import Levels
from models.markers import HEARD_KINDS, find_read_markers, in_order_of_time, without_explained
from models.values import Speaker, Transcript
from service.correcting.edits import Part, in_order

DEFAULT_PAUSE_MS = 1_000


def applied(transcript: Transcript, take: Part, put: Part, levels: Levels) -> Transcript:
    """The transcript without ``take`` and with ``put``; speakers counted and markers found again.

    Markers that are heard stay as they are, but for those of the pieces: no words make them.
    """
    gone = {utterance.id for utterance in take.utterances}
    utterances = in_order([*(one for one in transcript.utterances if one.id not in gone), *put.utterances])
    turns = tuple(
        sorted(
            (set(transcript.turns) - set(take.turns)) | set(put.turns),
            key=lambda turn: (turn.start_ms, turn.end_ms, turn.speaker),
        )
    )
    heard = [one for one in transcript.markers if one.kind in HEARD_KINDS]
    heard = [*(one for one in heard if one not in take.fillers), *put.fillers]
    read = find_read_markers(utterances, transcript.speech, turns, levels, pause_ms_of(transcript))
    changed = replace(
        transcript,
        utterances=utterances,
        turns=turns,
        markers=in_order_of_time(without_explained((*read, *heard))),
    )
    return replace(changed, speakers=_speakers(changed, take, put))


def pause_ms_of(transcript: Transcript) -> int:
    """The shortest pause that was marked when the transcript was made."""
    made = next((made for made in transcript.provenance if made.stage == "assemble"), None)
    return int(made.parameters.get("pause_ms", DEFAULT_PAUSE_MS)) if made else DEFAULT_PAUSE_MS


def _speakers(transcript: Transcript, take: Part, put: Part) -> tuple[Speaker, ...]:
    known = {speaker.label: speaker for speaker in transcript.speakers}
    for voice in take.voices:
        if voice.label not in {one.label for one in put.voices}:
            known.pop(voice.label)
    for voice in put.voices:
        known[voice.label] = Speaker(voice.label, voice.role, voice.suggested, 0, 0)
    words = dict.fromkeys(known, 0)
    speech = dict.fromkeys(known, 0)
    for utterance in transcript.utterances:
        words[utterance.speaker] += len(utterance.words)
    for turn in transcript.turns:
        speech[turn.speaker] += turn.end_ms - turn.start_ms
    return tuple(
        replace(speaker, words=words[label], speech_ms=speech[label])
        for label, speaker in sorted(known.items(), key=lambda one: (len(one[0]), one[0]))
    )
