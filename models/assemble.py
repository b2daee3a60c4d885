"""Words, turns and speech → the transcript. Pure: the same values give the same transcript."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from models.assignment import SpokenWord, assign_words
from models.disfluency import label_disfluencies
from models.loudness import Levels
from models.markers import find_markers
from models.notices import (
    LANGUAGE_UNCERTAIN,
    LANGUAGE_UNEXPECTED,
    MORE_SPEAKERS,
    NO_SPEECH,
    NO_WORDS,
    ONE_SPEAKER,
)
from models.nuance.speech_edges import with_exact_edges
from models.nuance.track import Track
from models.recognition import UNKNOWN_LANGUAGE
from models.roles import suggest_roles
from models.utterances import build_utterances
from models.values import (
    TRANSCRIPT_FORMAT,
    DecodedAudio,
    Diarization,
    Provenance,
    RecognisedChunk,
    Span,
    Speaker,
    Transcript,
    Turn,
    Utterance,
)

# Whisper's probability of its best language: clear speech of a known language gives above 0.9.
_SURE_OF_LANGUAGE = 0.5


def assemble(
    decoded: DecodedAudio,
    speech: Sequence[Span],
    language: str,
    chunks: Sequence[RecognisedChunk],
    diarization: Diarization,
    levels: Levels,
    pause_ms: int,
    speakers: int | None = 2,
    language_confidence: float = 1.0,
    provenance: Sequence[Provenance] = (),
    language_unexpected: bool = False,
    track: Track | None = None,
) -> Transcript:
    """The transcript of docs/format.md; without a ``track`` nothing that is heard in it is marked.

    ``language`` empty or ``und`` takes that of the chunks; ``speakers`` is the number that was expected;
    ``language_unexpected`` when the recording sounds like a language that wasn't.
    """
    spoken = assign_words(chunks, diarization)
    if track is not None:
        speech = with_exact_edges(speech, track, [Span(one.word.start_ms, one.word.end_ms) for one in spoken])
    labels = _labels(spoken, diarization.turns)
    spoken = tuple(replace(one, speaker=labels[one.speaker]) for one in spoken)
    turns = tuple(replace(turn, speaker=labels[turn.speaker]) for turn in diarization.turns)
    language = language if language not in ("", UNKNOWN_LANGUAGE) else _language_of(chunks)
    utterances = label_disfluencies(build_utterances(spoken), language)
    return Transcript(
        format=TRANSCRIPT_FORMAT,
        duration_ms=decoded.duration_ms,
        language=language,
        speakers=_speakers(list(labels.values()), utterances, turns),
        utterances=utterances,
        turns=turns,
        markers=find_markers(
            utterances,
            speech,
            turns,
            levels,
            pause_ms,
            decoded.part_starts_ms[1:],
            track,
            diarization.at_once,
        ),
        speech=tuple(speech),
        notices=_notices(
            decoded, speech, spoken, len(labels), speakers, language_confidence, language_unexpected
        ),
        provenance=tuple(provenance),
        dropped=tuple(one for chunk in chunks for one in chunk.dropped),
    )


def _labels(spoken: Sequence[SpokenWord], turns: Sequence[Turn]) -> dict[str, str]:
    """S1, S2, ... in order of first words; voices without a word come after."""
    firsts = [one.speaker for one in spoken]
    firsts += [turn.speaker for turn in sorted(turns, key=lambda turn: (turn.start_ms, turn.speaker))]
    return {speaker: f"S{number}" for number, speaker in enumerate(dict.fromkeys(firsts), start=1)}


def _speakers(
    names: Sequence[str], utterances: Sequence[Utterance], turns: Sequence[Turn]
) -> tuple[Speaker, ...]:
    words = dict.fromkeys(names, 0)
    questions = dict.fromkeys(names, 0)
    speech = dict.fromkeys(names, 0)
    for utterance in utterances:
        words[utterance.speaker] += len(utterance.words)
        questions[utterance.speaker] += sum("?" in word.text or "？" in word.text for word in utterance.words)
    for turn in turns:
        speech[turn.speaker] += turn.end_ms - turn.start_ms
    roles = suggest_roles(words, questions)
    return tuple(Speaker(name, roles[name], True, speech[name], words[name]) for name in names)


def _language_of(chunks: Sequence[RecognisedChunk]) -> str:
    """The language most words were recognised in."""
    words: dict[str, int] = {}
    for chunk in chunks:
        words[chunk.language] = words.get(chunk.language, 0) + len(chunk.words)
    return max(words, key=lambda language: words[language]) if any(words.values()) else UNKNOWN_LANGUAGE


def _notices(
    decoded: DecodedAudio,
    speech: Sequence[Span],
    spoken: Sequence[SpokenWord],
    found: int,
    expected: int | None,
    language_confidence: float,
    language_unexpected: bool,
) -> tuple[str, ...]:
    notices = list(decoded.notices)
    if not speech:
        notices.append(NO_SPEECH)
    elif not spoken:
        notices.append(NO_WORDS)
    else:
        if found == 1 and expected != 1:
            notices.append(ONE_SPEAKER)
        if expected is not None and found > expected:
            notices.append(MORE_SPEAKERS)
        if language_confidence < _SURE_OF_LANGUAGE:
            notices.append(LANGUAGE_UNCERTAIN)
        elif language_unexpected:
            notices.append(LANGUAGE_UNEXPECTED)
    return tuple(notices)
